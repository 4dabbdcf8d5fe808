// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/function_event.h"

#include <algorithm>

#include "core/base/text.h"

namespace earlybox::trace_kernel {
namespace {

constexpr FunctionId kFirstAddress = FunctionId{1} << 32;  // what is below is a text's number

// What FTRACE_TRAMPOLINE_MARKER of 6.x says in a stack's place.
constexpr FunctionId kTrampolineMarker = INT32_MAX;

std::string name_of(const Symbol& symbol) {
    if (symbol.module == "__builtin__ftrace") return "[ftrace trampoline]";
    if (symbol.module == "__builtin__kprobes") return "[kprobe]";
    return symbol.module.empty() ? std::string(symbol.name) : concat(symbol.name, " [", symbol.module, "]");
}

bool is_code(const Symbol& symbol) {
    constexpr std::string_view kLetters = "tTwW";
    return kLetters.find(symbol.type) != kLetters.npos && !is_padding_symbol(symbol.name);
}

}  // namespace

FunctionId FunctionNames::id_of(std::string_view name) {
    const auto place = std::ranges::lower_bound(
        by_text_, name, {}, [&](uint32_t number) { return std::string_view(texts_[number]); });
    if (place != by_text_.end() && texts_[*place] == name) return *place + 1;
    const auto number = static_cast<uint32_t>(texts_.size());
    by_text_.insert(place, number);
    texts_.emplace_back(name);
    return number + 1;
}

void FunctionNames::note(FunctionId address) {
    if (address < kFirstAddress) return;
    const auto place = std::ranges::lower_bound(addresses_, address, {}, &Address::first);
    if (place == addresses_.end() || place->first != address) addresses_.emplace(place, address, 0);
}

Result<> FunctionNames::resolve(const Kernel& kernel) {
    struct Nearest {
        uint64_t address = 0;
        std::string name;
    };
    // Of each address: the greatest symbol not above it, but above the address before.
    std::vector<Nearest> nearest(addresses_.size());
    TRY_VOID(kernel.for_each_symbol([&](const std::optional<Symbol>& symbol) {
        if (!symbol || !is_code(*symbol)) return;
        const auto place = std::ranges::lower_bound(addresses_, symbol->address, {}, &Address::first);
        if (place == addresses_.end()) return;
        Nearest& known = nearest[static_cast<size_t>(place - addresses_.begin())];
        if (symbol->address <= known.address) return;
        known.address = symbol->address;
        known.name = name_of(*symbol);
    }));
    for (size_t i = 0; i < nearest.size(); ++i) {
        if (i > 0 && nearest[i].address == 0) nearest[i] = nearest[i - 1];
        if (nearest[i].address != 0) addresses_[i].second = id_of(nearest[i].name);
    }
    return {};
}

FunctionId FunctionNames::function_at(FunctionId address) const {
    const auto place = std::ranges::lower_bound(addresses_, address, {}, &Address::first);
    const bool is_known = place != addresses_.end() && place->first == address && place->second != 0;
    return is_known ? place->second : address;
}

std::string FunctionNames::name(FunctionId function) const {
    function = function_at(function);
    if (function == kTrampolineMarker) return "[ftrace trampoline]";
    if (function != 0 && function <= texts_.size()) return texts_[function - 1];
    return concat("0x", hex(function, 16));
}

void TaskNames::note(int64_t pid, std::string_view name) {
    const auto place = std::ranges::lower_bound(names_, pid, {}, &Name::first);
    if (place != names_.end() && place->first == pid)
        place->second = name;  // the last one: what it became by exec
    else
        names_.emplace(place, pid, name);
}

void TaskNames::note_lines(std::string_view lines) {
    for (std::string_view line; next_line(lines, line);) {
        const size_t blank = line.find(' ');
        const auto pid = parse_number(line.substr(0, blank));
        if (pid && blank != line.npos) note(static_cast<int64_t>(*pid), line.substr(blank + 1));
    }
}

std::string TaskNames::name(int64_t pid) const {
    const auto place = std::ranges::lower_bound(names_, pid, {}, &Name::first);
    return place != names_.end() && place->first == pid ? place->second : std::string();
}

std::string TaskNames::label(int64_t pid) const {
    return pid < 0 ? std::string("?") : concat(printable(name(pid)), "[", pid, "]");
}

namespace {

// Lines that belong together become one event.
class TextReader {
 public:
    TextReader(FunctionNames& functions, TaskNames& tasks, FunctionRef<void(const FunctionEvent&)> take)
        : functions_(functions), tasks_(tasks), take_(take) {}

    void line(std::string_view text) {
        const FtraceLine line = parse_ftrace_line(text);
        using Kind = FtraceLine::Kind;
        if (line.kind == Kind::frame) {
            if (in_stack_ && frames_.size() < kDeepestStack)
                frames_.push_back(functions_.id_of(line.function));
            return;
        }
        end_stack();
        if (line.pid >= 0) tasks_.note(line.pid, line.task);
        FunctionEvent event{.pid = line.pid, .cpu = line.cpu, .time = line.time.value_or(0)};
        if (event.pid < 0) event.pid = task_on(line.cpu);
        switch (line.kind) {
            case Kind::stack:
                in_stack_ = true;
                stack_ = event;
                stack_.kind = FunctionEvent::Kind::stack;
                break;
            case Kind::function:
                event.kind = FunctionEvent::Kind::hit;
                event.function = functions_.id_of(line.function);
                event.caller = functions_.id_of(line.caller);
                take_(event);
                break;
            case Kind::call:
            case Kind::leaf:
                event.kind = FunctionEvent::Kind::enter;
                event.function = functions_.id_of(line.function);
                event.depth = static_cast<int>(line.depth);
                take_(event);
                if (line.kind == Kind::leaf) leave(line, event);
                break;
            case Kind::leave:
                event.function = line.function.empty() ? 0 : functions_.id_of(line.function);
                leave(line, event);
                break;
            case Kind::event:
                if (const auto exit = parse_sys_exit(line.text)) {
                    event.kind = FunctionEvent::Kind::syscall_exit;
                    event.number = exit->number;
                    event.value = exit->result;
                    take_(event);
                } else if (const auto probed = parse_probed_return(line.text)) {
                    event.kind = FunctionEvent::Kind::probed;
                    event.function = functions_.id_of(probed->function);
                    event.value = probed->value;
                    take_(event);
                }
                break;
            case Kind::lost:
                event.kind = FunctionEvent::Kind::lost;
                event.count = line.count;
                take_(event);
                break;
            case Kind::task_switch:
                set_task(line.cpu, line.pid);
                break;
            case Kind::frame:
            case Kind::other:
                break;
        }
    }

    void end_stack() {
        if (!in_stack_) return;
        in_stack_ = false;
        stack_.stack = frames_;
        take_(stack_);
        frames_.clear();
    }

 private:
    static constexpr size_t kDeepestStack = 256;  // the kernel's own limit is lower

    void leave(const FtraceLine& line, FunctionEvent& event) {
        event.kind = FunctionEvent::Kind::leave;
        event.duration = line.duration;
        event.value = line.value;
        take_(event);
    }
    int64_t task_on(int cpu) const {
        for (const auto& [number, pid] : running_)
            if (number == cpu) return pid;
        return -1;
    }
    void set_task(int cpu, int64_t pid) {
        for (auto& [number, running] : running_)
            if (number == cpu) {
                running = pid;
                return;
            }
        if (running_.size() < 8192) running_.emplace_back(cpu, pid);
    }

    FunctionNames& functions_;
    TaskNames& tasks_;
    FunctionRef<void(const FunctionEvent&)> take_;
    bool in_stack_ = false;
    FunctionEvent stack_;
    std::vector<FunctionId> frames_;
    std::vector<std::pair<int, int64_t>> running_;  // what each CPU runs
};

}  // namespace

Result<> read_events(ByteStream& text, FunctionNames& functions, TaskNames& tasks,
                     FunctionRef<void(const FunctionEvent&)> take) {
    TextReader reader(functions, tasks, take);
    std::string pending;  // a line that is not there as a whole
    while (true) {
        auto piece = TRY(text.next());
        if (piece.empty()) break;
        for (size_t end = 0; (end = find_newline(piece)) != piece.npos; piece.remove_prefix(end + 1)) {
            if (pending.empty()) {
                reader.line(piece.substr(0, end));
                continue;
            }
            pending += piece.substr(0, end);
            reader.line(pending);
            pending.clear();
        }
        constexpr size_t kLongestLine = 1 << 16;
        if (pending.size() < kLongestLine) pending += piece.substr(0, kLongestLine);
    }
    if (!pending.empty()) reader.line(pending);
    reader.end_stack();
    return {};
}

}  // namespace earlybox::trace_kernel
