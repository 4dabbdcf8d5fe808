// SPDX-License-Identifier: MIT
#include "core/parse/ftrace_text.h"

#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"

using namespace earlybox;

namespace {

void promise_part(std::string_view part, std::string_view whole) {
    promise(part.empty() || (part.data() >= whole.data() && part.end() <= whole.end()));
}

}  // namespace

void try_text(std::string_view text) {
    for (std::string_view line; next_line(text, line);) {
        const FtraceLine parsed = parse_ftrace_line(line);
        using Kind = FtraceLine::Kind;
        promise_part(parsed.task, line);
        promise_part(parsed.flags, line);
        promise_part(parsed.function, line);
        promise_part(parsed.caller, line);
        promise_part(parsed.text, line);
        promise(parsed.pid >= -1 && parsed.cpu >= -1 && parsed.depth <= line.size());
        if (parsed.kind == Kind::call || parsed.kind == Kind::leaf) promise(!parsed.function.empty());
        if (const auto exit = parse_sys_exit(parsed.text))
            promise(parsed.text.find(" = ") != parsed.text.npos);
        if (const auto probed = parse_probed_return(parsed.text)) {
            promise_part(probed->function, line);
            if (const auto code = returned_errno(probed->value)) promise(*code > 0 && *code < 4096);
        }
    }
}
