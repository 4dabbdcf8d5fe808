// SPDX-License-Identifier: MIT
#include "core/sys/block_cache.h"

#include <errno.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/sys/file.h"
#include "tests/temporary_tree.h"

using namespace earlybox;

namespace {

// So that every place of it is told from every other.
std::string numbered(size_t size, char name) {
    std::string text;
    while (text.size() < size) append(text, name, text.size(), ' ');
    return text.substr(0, size);
}

CachedFile cached(const std::string& path, BlockCache& cache) {
    auto file = CachedFile::open(*open_at(AT_FDCWD, path, O_RDONLY), path, cache);
    REQUIRE(file);
    return std::move(*file);
}

}  // namespace

TEST_CASE("files are read here and there through one cache") {
    constexpr size_t kSize = 20'000'000;  // more than the cache holds
    const std::string a = numbered(kSize, 'a');
    const std::string b = numbered(BlockCache::kBlockSize, 'b');
    TemporaryTree tree;
    tree.add("a", a).add("b", b);
    BlockCache cache;
    auto file_a = cached(tree.path("a"), cache);
    auto file_b = cached(tree.path("b"), cache);
    CHECK(file_a.size() == kSize);
    for (size_t step = 0, offset = 0; step < 4000;
         ++step, offset = (offset * 7 + 65'529) % (kSize - 200'000)) {
        INFO(offset);
        const size_t least = step % 100 == 0 ? 200'000 : 1 + step % 50;
        const auto bytes = file_a.at(offset, least);
        REQUIRE(bytes);
        REQUIRE(bytes->size() >= least);
        REQUIRE(std::string_view(a).substr(offset).starts_with(*bytes));
        const auto other = file_b.at(offset % 60'000, 20);
        REQUIRE(other);
        REQUIRE(std::string_view(b).substr(offset % 60'000).starts_with(*other));
    }
}

TEST_CASE("what lies beyond the end of a file is an error, also when it was cut meanwhile") {
    TemporaryTree tree;
    tree.add("file", std::string(200'000, 'x'));
    BlockCache cache;
    auto file = cached(tree.path("file"), cache);
    CHECK(file.at(199'990, 10));
    CHECK_FALSE(file.at(199'990, 11));
    CHECK_FALSE(file.at(1 << 30, 1));
    REQUIRE(truncate(tree.path("file").c_str(), 70'000) == 0);
    CHECK(file.at(65'536, 1));
    const auto gone = file.at(140'000, 1);
    REQUIRE_FALSE(gone);
    CHECK(gone.error().what == "read " + tree.path("file"));
}

TEST_CASE("only files can be read here and there") {
    BlockCache cache;
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const Fd writing(ends[1]);
    const auto refused = CachedFile::open(Fd(ends[0]), "a pipe", cache);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ESPIPE);
}
