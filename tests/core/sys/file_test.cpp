// SPDX-License-Identifier: MIT
#include "core/sys/file.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/temporary_tree.h"

using namespace earlybox;

TEST_CASE("files are read whole") {
    TemporaryTree tree;
    const std::string large(200'000, 'x');
    tree.add("large", large).add("empty", "");
    CHECK(read_file(tree.path("large")) == large);
    CHECK(read_file(tree.path("empty")) == "");
    CHECK(exists(tree.path("empty")));
    CHECK_FALSE(exists(tree.path("missing")));
}

TEST_CASE("errors name what was tried, on what") {
    TemporaryTree tree;
    tree.add("file", "12345");
    const auto missing = read_file(tree.path("missing"));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().what == "open " + tree.path("missing"));
    CHECK(missing.error().code == ENOENT);

    const auto directory = read_file(tree.path());
    REQUIRE_FALSE(directory);
    CHECK(directory.error().what == "read " + tree.path());
    CHECK(directory.error().code == EISDIR);

    CHECK(read_file(tree.path("file"), 5) == "12345");
    const auto too_long = read_file(tree.path("file"), 4);
    REQUIRE_FALSE(too_long);
    CHECK(too_long.error().code == EFBIG);

    const auto shown = open_at(AT_FDCWD, "/nonexistent", O_RDONLY, "the file \x1b");
    REQUIRE_FALSE(shown);
    CHECK(shown.error().what == "open the file \\x1b");
}

TEST_CASE("bytes are written whole, or the error says where") {
    TemporaryTree tree;
    const auto file = open_at(AT_FDCWD, tree.path("new"), O_WRONLY | O_CREAT);
    REQUIRE(file);
    CHECK(write_all(file->number(), "text", "new"));
    CHECK(read_file(tree.path("new")) == "text");

    signal(SIGPIPE, SIG_IGN);
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const Fd writer(ends[1]);
    close(ends[0]);
    const auto result = write_all(writer.number(), "text", "a pipe");
    REQUIRE_FALSE(result);
    CHECK(result.error().what == "write a pipe");
    CHECK(result.error().code == EPIPE);
}

TEST_CASE("a directory is listed in order") {
    TemporaryTree tree;
    tree.add("b", "").add("a", "").add("c/d", "");
    CHECK(list_directory(tree.path()) == std::vector<std::string>{"a", "b", "c"});
    CHECK(list_directory(tree.path("missing")).error().code == ENOENT);
    const auto above = open_at(AT_FDCWD, tree.path(), O_RDONLY);
    REQUIRE(above);
    CHECK(list_directory_at(above->number(), "c") == std::vector<std::string>{"d"});
    CHECK(list_directory_at(above->number(), "a", "/shown").error().what == "open directory /shown");
}
