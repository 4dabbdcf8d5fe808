// SPDX-License-Identifier: MIT
#include "core/base/options.h"

#include <catch2/catch.hpp>

using namespace earlybox;

namespace {

enum class When { unset, bare, always };

bool store_option(When& when, const char* argument) {
    if (argument == nullptr) return when = When::bare, true;
    return argument == std::string_view("always") && (when = When::always, true);
}

struct Values {
    bool flag = false;
    bool other = false;
    std::string text;
    std::vector<std::string> list;
    std::optional<uint64_t> number;
    When when = When::unset;
};

constexpr OptionSpec kSpecs[] = {
    option<&Values::flag>('f', "flag", nullptr, ""),      option<&Values::other>(0, "other", nullptr, ""),
    option<&Values::text>('t', "text", "TEXT", ""),       option<&Values::list>('l', "list", "ITEM", ""),
    option<&Values::number>('n', "number", "NUMBER", ""), option<&Values::when>('w', "when", "[WHEN]", ""),
};

struct Parsed {
    Values values;
    std::vector<std::string> operands;
    std::string error;
    std::string remedy;
};

Parsed parse(std::vector<std::string> words, OperandOrder order = OperandOrder::anywhere) {
    Parsed parsed;
    std::vector<BoundOption> options;
    for (const auto& spec : kSpecs) options.push_back({&spec, &parsed.values});
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    const auto operands = parse_options(arguments, options, order);
    if (operands) {
        parsed.operands.assign(operands->begin(), operands->end());
    } else {
        parsed.error = operands.error().what;
        parsed.remedy = operands.error().remedy;
    }
    return parsed;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("options land in their members, in every spelling") {
    const auto words =
        GENERATE(Words{"-f", "-t", "x", "-n", "0x10", "-l", "a", "-l", "b", "op"},
                 Words{"-ftx", "-n16", "-la", "--list=b", "op"},
                 Words{"op", "--flag", "--text", "x", "--number=16", "--list", "a", "--list", "b"},
                 Words{"--fl", "--te=x", "op", "--num", "16", "-la", "-lb"});
    const auto parsed = parse(words);
    CHECK(parsed.error == "");
    CHECK(parsed.values.flag);
    CHECK_FALSE(parsed.values.other);
    CHECK(parsed.values.text == "x");
    CHECK(parsed.values.number == 16U);
    CHECK(parsed.values.list == Words{"a", "b"});
    CHECK(parsed.operands == Words{"op"});
}

TEST_CASE("an argument that may be left out follows its option directly") {
    CHECK(parse({"-w"}).values.when == When::bare);
    CHECK(parse({"--when"}).values.when == When::bare);
    CHECK(parse({"-walways"}).values.when == When::always);
    CHECK(parse({"--when=always"}).values.when == When::always);
    CHECK(parse({"-w", "always"}).operands == Words{"always"});
    CHECK(parse({"--when=soon"}).error == "option --when: soon is no valid [WHEN]");
}

TEST_CASE("operands keep their order; -- ends the options; a lone - is an operand") {
    CHECK(parse({"a", "-f", "b", "-", "--", "-x", "--flag"}).operands ==
          Words{"a", "b", "-", "-x", "--flag"});
    CHECK(parse({}).operands.empty());
    CHECK(parse({"--"}).operands.empty());
    CHECK(parse({""}).operands == Words{""});
}

TEST_CASE("everything behind a command belongs to it") {
    const auto parsed = parse({"-f", "ls", "-f", "--bogus"}, OperandOrder::command);
    CHECK(parsed.error == "");
    CHECK(parsed.values.flag);
    CHECK(parsed.operands == Words{"ls", "-f", "--bogus"});
}

TEST_CASE("usage errors name the argument") {
    CHECK(parse({"--bogus"}).error == "unknown option --bogus");
    CHECK(parse({"op", "-f", "-z"}).error == "unknown option -z");
    CHECK(parse({"-fz"}).error == "unknown option -z");
    CHECK(parse({"--text"}).error == "option --text needs an argument");
    CHECK(parse({"op", "-t"}).error == "option -t needs an argument");
    CHECK(parse({"--flag=1"}).error == "option --flag=1 takes no argument");
    CHECK(parse({"--number", "many"}).error == "option --number: many is no valid NUMBER");
    CHECK(parse({"-n-1"}).error == "option --number: -1 is no valid NUMBER");
    CHECK(parse({"--bo\x1b[2J"}).error == "unknown option --bo\\x1b[2J");
}

TEST_CASE("an unknown letter is unknown in every encoding") {
    const auto letter = GENERATE(as<std::string>(), "\xff", "é", "\x01", "?", ":", "€");
    INFO(letter);
    CHECK_THAT(parse({"-" + letter}).error, Catch::StartsWith("unknown option -"));
}

TEST_CASE("a mistyped option gets a hint") {
    CHECK(parse({"--flga"}).remedy == "--flag");
    CHECK(parse({"--numbr=3"}).remedy == "--number");
    CHECK(parse({"--frobnicate"}).remedy == "");
    CHECK(parse({"-z"}).remedy == "");
}

TEST_CASE("the parser starts afresh each time") {
    CHECK(parse({"-f", "-z"}).error != "");
    CHECK(parse({"-ff"}).error == "");
    CHECK(parse({"-f", "x"}).operands == Words{"x"});
}
