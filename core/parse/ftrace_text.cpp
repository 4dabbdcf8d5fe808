// SPDX-License-Identifier: MIT
#include "core/parse/ftrace_text.h"

#include <algorithm>

#include "core/base/text.h"

namespace earlybox {
namespace {

using Kind = FtraceLine::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes what it reads off the front of a line.
class Reader {
 public:
    explicit Reader(std::string_view text) : rest(text) {}
    std::string_view rest;

    size_t skip_blanks() {
        const size_t count = std::min(rest.find_first_not_of(' '), rest.size());
        rest.remove_prefix(count);
        return count;
    }
    bool take(std::string_view text) {
        if (!rest.starts_with(text)) return false;
        rest.remove_prefix(text.size());
        return true;
    }
    std::string_view digits() {
        size_t count = 0;
        while (count < rest.size() && is_digit(rest[count])) ++count;
        const auto taken = rest.substr(0, count);
        rest.remove_prefix(count);
        return taken;
    }
    std::optional<uint64_t> number() {
        const auto text = digits();
        return text.empty() ? std::nullopt : parse_number(text);
    }
    // "1.893" in thousandths, "2.660526" in millionths.
    std::optional<uint64_t> fraction(size_t places) {
        const auto whole = number();
        if (!whole || !take(".")) return std::nullopt;
        const auto part = digits();
        const auto fraction = parse_number(part);
        if (part.size() != places || !fraction) return std::nullopt;
        uint64_t scaled = *whole;
        for (size_t i = 0; i < places; ++i)
            if (__builtin_mul_overflow(scaled, 10, &scaled)) return std::nullopt;
        if (__builtin_add_overflow(scaled, *fraction, &scaled)) return std::nullopt;
        return scaled;
    }
};

std::string_view without_blanks(std::string_view text) {
    const size_t begin = std::min(text.find_first_not_of(' '), text.size());
    return trimmed(text.substr(begin));
}

std::optional<int64_t> signed_number(std::string_view text) {
    const bool is_negative = text.starts_with('-');
    const auto number = parse_number(is_negative ? text.substr(1) : text);
    if (!number) return std::nullopt;
    return static_cast<int64_t>(is_negative ? 0 - *number : *number);
}

std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }

// "comm-123" at the end of `text`, where the comm may hold anything.
bool read_task(std::string_view text, FtraceLine& line) {
    text = without_blanks(text);
    const size_t dash = text.rfind('-');
    if (dash == text.npos || dash + 1 == text.size()) return false;
    const auto pid = parse_number(text.substr(dash + 1));
    if (!pid || *pid > INT32_MAX) return false;
    line.task = text.substr(0, dash);
    line.pid = static_cast<int64_t>(*pid);
    return true;
}

std::optional<int> cpu_number(std::optional<uint64_t> number) {
    return number && *number < INT32_MAX ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

// --- function_graph
// ------------------------------------------------------------------------------------------

// "/* do_mkdirat = -2 */", "/* ret=0x0 */", "/* do_mkdirat ret=-2 */", "/* <-caller ret=-2 */"
void read_remark(std::string_view remark, FtraceLine& line) {
    if (!remark.starts_with("/*")) return;
    remark.remove_prefix(2);
    remark = without_blanks(remark.substr(0, remark.find("*/")));
    for (const std::string_view sign : {"ret=", "= "}) {
        const size_t at = remark.rfind(sign);
        if (at == remark.npos || (at != 0 && remark[at - 1] != ' ')) continue;
        line.value = signed_number(first_word(remark.substr(at + sign.size())));
        remark = without_blanks(remark.substr(0, at));
        break;
    }
    if (const size_t arrow = remark.find("<-"); arrow != remark.npos)
        remark = without_blanks(remark.substr(0, arrow));
    if (line.kind == Kind::leave) line.function = remark;
}

// What stands in the last column, behind the blanks that show the depth.
void read_graph_column(std::string_view text, FtraceLine& line) {
    Reader reader(text);
    line.depth = static_cast<unsigned>(reader.skip_blanks() / 2);
    text = reader.rest;
    if (text.starts_with('}')) {
        line.kind = Kind::leave;
        read_remark(without_blanks(text.substr(1)), line);
    } else if (text.starts_with("/*")) {
        const size_t end = text.rfind("*/");
        if (end < 2 || end == text.npos) return;
        line.kind = Kind::event;
        line.text = without_blanks(text.substr(2, end - 2));
    } else if (const size_t open = text.find('('); open != text.npos) {
        line.function = trimmed(text.substr(0, open));
        if (line.function.empty()) return;
        // With func-args there may be anything between the parentheses.
        const size_t remark = text.rfind(" /*");
        const auto code = trimmed(text.substr(0, remark));
        if (code.ends_with(");"))
            line.kind = Kind::leaf;
        else if (code.ends_with(") {"))
            line.kind = Kind::call;
        else
            return;
        if (remark != text.npos) read_remark(text.substr(remark + 1), line);
    }
}

// "! 200.330 us", "4.557 us", nothing; before it, flags of the latency format may stand.
bool read_duration(std::string_view column, FtraceLine& line) {
    column = without_blanks(column);
    if (column.ends_with("us")) {
        auto figure = trimmed(column.substr(0, column.size() - 2));
        figure = figure.substr(figure.find_last_not_of("0123456789.") + 1);
        line.duration = Reader(figure).fraction(3);
    }
    return column.empty() || line.duration || column.find_first_of("(){}/") == column.npos;
}

// " 0)     t32-61     =>     t32-62    "
bool read_switch(std::string_view rest, FtraceLine& line) {
    const size_t arrow = rest.find(" => ");
    if (arrow == rest.npos) return false;
    FtraceLine before;
    FtraceLine after = line;
    if (!read_task(rest.substr(0, arrow), before) || !read_task(rest.substr(arrow + 4), after)) return false;
    line = after;
    line.kind = Kind::task_switch;
    return true;
}

// "    9.705492 |   0)     t32-74     | + 28.313 us   |  __ia32_sys_clock_gettime32();": any of the columns
// but the last may be missing; told by what they look like.
bool read_graph_line(std::string_view text, FtraceLine& line) {
    Reader reader(text);
    reader.skip_blanks();
    bool is_graph = false;
    {
        Reader time = reader;
        const auto stamp = time.fraction(6);
        if (time.skip_blanks(); stamp && time.take("|") && *stamp <= UINT64_MAX / 1000) {
            line.time = *stamp * 1000;
            reader = time;
            is_graph = true;
        }
    }
    {
        Reader cpu = reader;
        cpu.skip_blanks();
        const auto number = cpu_number(cpu.number());
        if (number && cpu.take(")")) {
            line.cpu = *number;
            reader = cpu;
            is_graph = true;
        }
    }
    if (!line.time && read_switch(reader.rest, line)) return true;
    // The task's column ends at the first bar that a number stands before.
    for (size_t bar = reader.rest.find('|'); bar < 40; bar = reader.rest.find('|', bar + 1)) {
        if (!read_task(reader.rest.substr(0, bar), line)) continue;
        reader.rest.remove_prefix(bar + 1);
        is_graph = true;
        break;
    }
    // The latency format has a column of flags before that of the duration.
    for (int columns = 0; columns < 2; ++columns) {
        const size_t bar = reader.rest.find('|');
        if (bar == reader.rest.npos || !read_duration(reader.rest.substr(0, bar), line)) break;
        reader.rest.remove_prefix(bar + 1);
        is_graph = true;
    }
    if (!is_graph) return false;
    const size_t margin = reader.rest.starts_with("  ") ? 2 : 0;
    read_graph_column(reader.rest.substr(margin), line);
    return true;
}

// --- function, events
// ----------------------------------------------------------------------------------------

// Where "[000]" of "   touch-40      [000] ....     1.932897: …" begins.
size_t find_cpu_column(std::string_view text) {
    for (size_t at = text.find(" ["); at != text.npos; at = text.find(" [", at + 1)) {
        const size_t end = text.find_first_not_of("0123456789", at + 2);
        const auto before = trimmed(text.substr(0, at));
        if (end != text.npos && end > at + 2 && text[end] == ']' && !before.empty() &&
            (is_digit(before.back()) || before.back() == ')'))
            return at + 1;
    }
    return text.npos;
}

bool read_plain_line(std::string_view text, FtraceLine& line) {
    const size_t column = find_cpu_column(text);
    if (column == text.npos) return false;
    auto task = trimmed(text.substr(0, column));
    if (task.ends_with(')')) {  // record-tgid: "touch-40  (     40)", "(-------)"
        const size_t open = task.rfind('(');
        if (open == task.npos) return false;
        task = trimmed(task.substr(0, open));
    }
    if (!read_task(task, line)) return false;
    Reader reader(text.substr(column + 1));
    const auto cpu = cpu_number(reader.number());
    if (!cpu || !reader.take("]")) return false;
    line.cpu = *cpu;
    reader.skip_blanks();
    if (Reader word = reader; !word.fraction(6)) {
        line.flags = first_word(reader.rest);
        reader.rest.remove_prefix(line.flags.size());
        reader.skip_blanks();
    }
    const auto time = reader.fraction(6);
    if (!time || *time > UINT64_MAX / 1000 || !reader.take(":")) return false;
    line.time = *time * 1000;
    reader.skip_blanks();
    const auto what = trimmed(reader.rest);
    const size_t arrow = what.rfind(" <-");
    if (what == "<stack trace>" || what == "<user stack trace>") {
        line.kind = Kind::stack;
    } else if (arrow != what.npos && arrow != 0 && what.substr(0, arrow).find(": ") == what.npos) {
        line.kind = Kind::function;
        line.function = trimmed(what.substr(0, what.find('(')));
        if (line.function.size() > arrow) line.function = trimmed(what.substr(0, arrow));
        line.caller = what.substr(arrow + 3);
    } else {
        line.kind = Kind::event;
        line.text = what;
    }
    return true;
}

// "CPU:0 [LOST 123 EVENTS]", "CPU:0 [LOST EVENTS]"
bool read_loss(std::string_view text, FtraceLine& line) {
    Reader reader(text);
    if (!reader.take("CPU:")) return false;
    const auto cpu = cpu_number(reader.number());
    if (!cpu || !reader.take(" [LOST ")) return false;
    line.kind = Kind::lost;
    line.cpu = *cpu;
    line.count = reader.number().value_or(0);
    return true;
}

// "# entries-in-buffer/entries-written: 205/1034   #P:1"
void read_head(std::string_view text, FtraceLine& line) {
    Reader reader(text);
    if (!reader.take("# entries-in-buffer/entries-written: ")) return;
    const auto kept = reader.number();
    if (!kept || !reader.take("/")) return;
    const auto written = reader.number();
    if (!written || *written <= *kept) return;
    line.kind = Kind::lost;
    line.count = *written - *kept;
}

}  // namespace

FtraceLine parse_ftrace_line(std::string_view text) {
    FtraceLine line;
    const auto understood = [&](bool (*read)(std::string_view, FtraceLine&)) {
        line = {};
        return read(text, line);
    };
    if (text.starts_with('#')) {
        read_head(text, line);
    } else if (text.starts_with(" => ")) {
        line.kind = Kind::frame;
        line.function = without_blanks(text.substr(4));
    } else if (!understood(read_loss) && !understood(read_plain_line) && !understood(read_graph_line)) {
        line = {};
    }
    return line;
}

std::optional<SyscallExit> parse_sys_exit(std::string_view event) {
    Reader reader(event);
    if (!reader.take("sys_exit: NR ")) return std::nullopt;
    const auto number = signed_number(first_word(reader.rest));
    const size_t sign = reader.rest.find(" = ");
    if (!number || sign == reader.rest.npos) return std::nullopt;
    const auto result = signed_number(trimmed(reader.rest.substr(sign + 3)));
    if (!result) return std::nullopt;
    return SyscallExit{*number, *result};
}

std::optional<ProbedReturn> parse_probed_return(std::string_view event) {
    constexpr std::string_view kArrow = " <- ", kValue = ") ret=";
    const size_t arrow = event.find(kArrow);
    if (arrow == event.npos) return std::nullopt;
    const size_t end = event.find(kValue, arrow);
    if (end == event.npos) return std::nullopt;
    const size_t name = arrow + kArrow.size();
    if (name > end) return std::nullopt;
    const auto function = event.substr(name, end - name);
    const auto value = signed_number(trimmed(event.substr(end + kValue.size())));
    if (!value) return std::nullopt;
    return ProbedReturn{function.substr(0, function.find('+')), *value};
}

std::optional<int> returned_errno(int64_t value) {
    constexpr int64_t kMaxErrno = 4095;
    const bool is_int = value > INT32_MAX && value <= UINT32_MAX;
    const int64_t result = is_int ? static_cast<int32_t>(value) : value;
    if (result >= 0 || result < -kMaxErrno) return std::nullopt;
    return static_cast<int>(-result);
}

}  // namespace earlybox
