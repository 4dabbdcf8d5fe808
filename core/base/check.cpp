// SPDX-License-Identifier: MIT
#include "core/base/check.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/base/text.h"

namespace earlybox {

void check_failed(const char* file, int line, const char* condition) {
    const std::string message =
        concat("earlybox: broken invariant at ", file, ":", line, ": ", condition, "\n");
    (void)!::write(STDERR_FILENO, message.data(), message.size());
    abort();
}

}  // namespace earlybox
