// SPDX-License-Identifier: MIT
#include "core/base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/base/fd.h"

using namespace earlybox;

TEST_CASE("memory keeps all that was put") {
    auto out = Output::memory();
    for (int i = 0; i < 50'000; ++i) out.line(i);
    out.flush();
    CHECK(out.text().starts_with("0\n1\n"));
    CHECK(out.text().ends_with("49999\n"));
    CHECK(out.error() == 0);
    CHECK_FALSE(out.terminal());
    CHECK(out.width() == 80);
}

TEST_CASE("output is buffered until it is flushed, unless it must not be") {
    int ends[2];
    REQUIRE(pipe2(ends, O_NONBLOCK) == 0);
    const Fd reader(ends[0]);
    const Fd writer(ends[1]);
    char text[8] = {};
    Output out(writer.number());
    out.put("text");
    CHECK(read(reader.number(), text, sizeof text) == -1);
    out.flush();
    CHECK(read(reader.number(), text, sizeof text) == 4);

    Output err(writer.number(), true);
    err.put("now");
    CHECK(read(reader.number(), text, sizeof text) == 3);
}

TEST_CASE("the first failure to write is kept, and nothing is written after it") {
    signal(SIGPIPE, SIG_IGN);
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const Fd writer(ends[1]);
    close(ends[0]);
    Output out(writer.number());
    out.put("lost");
    out.flush();
    CHECK(out.error() == EPIPE);
    out.put("lost as well");
    out.flush();
    CHECK(out.error() == EPIPE);
}

TEST_CASE("a record is one JSON object on one line") {
    Record record;
    CHECK(record.json() == "{}");
    record.add("text", "a\"b\\c\n\t\x1b\x7f")
        .add("number", UINT64_MAX)
        .add("signed", -1000)
        .add("truth", true)
        .add("nothing", std::nullopt);
    record.add("list", std::vector<std::string>{"x", "y"}).add("empty", std::vector<std::string>{});
    CHECK(record.json() ==
          R"({"text":"a\"b\\c\n\t\u001b\u007f","number":18446744073709551615,"signed":-1000,"truth":true,)"
          R"("nothing":null,"list":["x","y"],"empty":[]})");
}

TEST_CASE("a record holds what is JSON already as it is") {
    Record record, inner;
    inner.add("a", "\"");
    record.add_json("object", inner.json()).add_json("number", "1.5").add("text", "null");
    CHECK(record.json() == R"({"object":{"a":"\""},"number":1.5,"text":"null"})");
}

TEST_CASE("a string literal in a record is a string") {
    Record record;
    record.add("key", "value");
    CHECK(record.json() == R"({"key":"value"})");
}

TEST_CASE("JSON is UTF-8 whatever the bytes were") {
    Record record;
    record.add("k\xff", "é\xffz\xe2\x82");
    CHECK(record.json() == "{\"k\xef\xbf\xbd\":\"é\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd\"}");
}

TEST_CASE("a table is aligned, and its lines have no trailing spaces") {
    Table table({"NAME", "STATE", ""});
    table.row({"é", "mounted", "x"});
    table.row({"longer-name", "no", ""});
    auto out = Output::memory();
    table.print(out);
    CHECK(out.text() ==
          "NAME         STATE\n"
          "é            mounted  x\n"
          "longer-name  no\n");
}
