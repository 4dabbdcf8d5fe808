// SPDX-License-Identifier: MIT
#include "core/parse/auxv.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    for (const bool wide : {false, true})
        if (const auto vector = AuxiliaryVector::on_stack(text, wide)) promise(vector->find(0).has_value());
    const AuxiliaryVector vector(text);
    if (vector.find(33)) promise(text.size() >= (vector.wide() ? 16 : 8));
}
