// SPDX-License-Identifier: MIT
#include "core/parse/trace_page.h"

#include <catch2/catch.hpp>
#include <string>

using namespace earlybox;

namespace {

std::string word(uint64_t value, size_t size) {
    std::string bytes;
    for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
    return bytes;
}
std::string head(uint32_t kind, uint32_t delta) { return word(delta << 5 | kind, 4); }

std::string page_of(uint64_t time, const std::string& data, uint32_t flags = 0,
                    const std::string& behind = {}) {
    std::string page = word(time, 8) + word(data.size() | flags, 8) + data + behind;
    page.resize(4096);
    return page;
}

}  // namespace

TEST_CASE("the entries of a trace page, with their times") {
    const std::string data = head(2, 5) + "eight by" + head(30, 1) + word(1, 4) + head(1, 0) + "four" +
                             head(0, 3) + word(12, 4) + "long one" + head(29, 0);
    const std::string bytes = page_of(1000, data);
    TracePage page(bytes, {});
    TraceEntry entry;
    REQUIRE(page.next(entry));
    CHECK(entry.time == 1005);
    CHECK(entry.bytes == "eight by");
    REQUIRE(page.next(entry));
    CHECK(entry.time == 1005 + 1 + (uint64_t{1} << 27));
    CHECK(entry.bytes == "four");
    REQUIRE(page.next(entry));
    CHECK(entry.time == 1009 + (uint64_t{1} << 27));
    CHECK(entry.bytes == "long one");
    CHECK(!page.next(entry));
    CHECK(!page.damaged());
    CHECK(page.lost() == 0);
}

TEST_CASE("what is no event in a trace page") {
    // Since 5.17 the highest five bits of a time are not in an absolute one.
    constexpr uint64_t kUpper = uint64_t{3} << 59;
    const std::string taken_back = head(29, 4) + word(12, 4) + "skipped.";
    const std::string stamp = head(31, 7) + word(2, 4);
    const std::string bytes = page_of(kUpper, taken_back + head(1, 1) + "four" + stamp + head(1, 2) + "five" +
                                                  head(29, 1) + word(16, 4) + std::string(12, 'x'));
    TracePage page(bytes, {});
    TraceEntry entry;
    REQUIRE(page.next(entry));
    CHECK(entry.time == kUpper + 5);
    CHECK(entry.bytes == "four");
    REQUIRE(page.next(entry));
    CHECK(entry.time == (kUpper | uint64_t{2} << 27) + 7 + 2);
    CHECK(entry.bytes == "five");
    CHECK(!page.next(entry));
    CHECK(!page.damaged());
}

TEST_CASE("a trace page tells how many events were lost before it") {
    const std::string data = head(1, 0) + "four";
    const std::string uncounted = page_of(0, data, 1U << 31);
    CHECK(TracePage(uncounted, {}).lost() == TracePage::kUncounted);
    const std::string counted = page_of(0, data, 3U << 30, word(17, 8));
    CHECK(TracePage(counted, {}).lost() == 17);
}

TEST_CASE("a damaged trace page ends, and says so") {
    TraceEntry entry;
    const std::string bytes = page_of(0, head(28, 0) + "four");
    TracePage cut(bytes, {});
    CHECK(!cut.next(entry));
    CHECK(cut.damaged());
    TracePage shorter("short", {});
    CHECK(!shorter.next(entry));
    CHECK(shorter.damaged());
}

TEST_CASE("the layout of trace pages is read from header_page") {
    const auto layout = TracePageLayout::parse(
        "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
        "\tfield: local_t commit;\toffset:8;\tsize:4;\tsigned:1;\n"
        "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
        "\tfield: char data;\toffset:12;\tsize:4084;\tsigned:1;\n");
    REQUIRE(layout);
    CHECK(layout->commit_size == 4);
    CHECK(layout->data_offset == 12);
    CHECK(layout->page_size() == 4096);
    CHECK(!TracePageLayout::parse("nothing"));
}
