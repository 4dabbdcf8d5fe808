// SPDX-License-Identifier: MIT
// What no content tells is chosen by the first byte.
#include "core/parse/unpack.h"

#include "tests/fuzz/fuzz.h"

using namespace earlybox;

void try_text(std::string_view text) {
    constexpr size_t kLimit = 1 << 20;
    constexpr unsigned kPackings = static_cast<unsigned>(Packing::deflate) + 1;
    Packing packing = packing_of(text);
    if (packing == Packing::none && !text.empty()) {
        packing = static_cast<Packing>(static_cast<unsigned char>(text[0]) % kPackings);
        text.remove_prefix(1);
    }

    const auto all = unpack_all(packing, text, kLimit);
    promise(all ? all->size() <= kLimit : !all.error().cause.empty());
    const auto first = unpack_first(packing, text, kLimit);
    if (first) promise(first->bytes.size() <= kLimit && first->packed_size <= text.size());
    if (all && first) promise(all->starts_with(first->bytes));

    // The same in small pieces, and as far as it is good.
    class Pieces final : public ByteStream {
     public:
        explicit Pieces(std::string_view rest) : rest_(rest) {}
        Result<std::string_view> next() override {
            const std::string_view piece = rest_.substr(0, 7);
            rest_.remove_prefix(piece.size());
            return piece;
        }

     private:
        std::string_view rest_;
    };
    const auto stream = unpacked(std::make_unique<Pieces>(text), packing);
    std::string unpacked;
    auto piece = stream->next();
    for (; piece && !piece->empty() && unpacked.size() <= kLimit; piece = stream->next()) unpacked += *piece;
    if (all) promise(piece && unpacked == *all);
    if (!piece) promise(piece.error().what.starts_with("unpack "));
}
