// SPDX-License-Identifier: MIT
// kconfig: what a kernel was built with, from its configuration (Documentation/kbuild/kconfig.rst) or, where
// there is none, from its symbols.
#include <algorithm>

#include "applets/kconfig/inference.h"
#include "core/abi/filesystems.h"
#include "core/abi/gates.h"
#include "core/abi/kernel_options.h"
#include "core/abi/syscalls.h"
#include "core/applet.h"
#include "core/base/order.h"
#include "core/base/text.h"
#include "core/parse/kconfig.h"
#include "core/probe/kconfig.h"
#include "core/probe/syscalls.h"

namespace earlybox {
namespace {

using kconfig::Inferred;

struct Options {
    std::string kernel;
    bool infer = false;
    bool diff = false;
    bool why = false;
};

constexpr OptionSpec kOptions[] = {
    option<&Options::kernel>('K', "kernel", "FILE",
                             "that of a kernel image, or a configuration, packed or not"),
    option<&Options::infer>(
        'i', "infer", nullptr,
        "by the kernel's symbols, even where there is a configuration (with --diff: the second)"),
    option<&Options::diff>('d', "diff", nullptr,
                           "compare two, each a FILE or live: --diff FILE FILE [GLOB...]"),
    option<&Options::why>('w', "why", nullptr, "what these options decide for a guest's userland"),
};

constexpr Example kExamples[] = {
    {"kconfig COMPAT_32BIT_TIME 'VIRTIO_*'", "how this kernel was built"},
    {"kconfig -K /boot/vmlinuz DEVTMPFS=y IA32_EMULATION=y",
     "is that so, of a kernel that is not booted yet?"},
    {"kconfig --why AIO", "what is missed without it, and how it is set here"},
    {"kconfig --diff /boot/config-6.1.0 live '*VSYSCALL*'", "what differs between a file and this kernel"},
};

constexpr std::string_view kPrefix = "CONFIG_";

std::string full_name(std::string_view name) {
    return name.starts_with(kPrefix) ? std::string(name) : concat(kPrefix, name);
}

struct Answer {
    std::string_view option;
    std::string_view value;
    std::string_view because;  // empty: it stands in a configuration
};

void sort(std::vector<Answer>& answers) {
    put_in_order(answers, [](const Answer& a, const Answer& b) { return a.option < b.option; });
}

// What is asked: a configuration, or what stands for one. Answers live as long as it does.
class Subject {
 public:
    static Result<Subject> open(Machine& machine, const std::string& name, bool infer) {
        Subject subject;
        const bool is_file = !name.empty() && name != "live";
        Error missing;
        if (!infer) {
            auto known = is_file ? read_kernel_configuration(machine.root() + name)
                                 : read_kernel_configuration(machine);
            if (known) {
                subject.configuration_ = *std::move(known);
                return subject;
            }
            missing = std::move(known).error();
        }
        const auto kernel = TRY(Kernel::open(machine, name));
        auto inferred = kconfig::infer_options(kernel);
        if (!inferred) return std::unexpected(infer || is_file ? inferred.error() : missing);
        subject.inferred_ = *std::move(inferred);
        subject.configuration_.source = kernel.source();
        return subject;
    }

    bool is_inferred() const { return !inferred_.empty(); }
    const std::string& source() const { return configuration_.source; }
    const std::string& text() const { return configuration_.text; }

    // Every option, in the order of the configuration; sorted where there is none.
    std::vector<Answer> all() const {
        std::vector<Answer> answers;
        for (const auto& inferred : inferred_)
            answers.push_back({inferred.option, inferred.value, inferred.reason});
        sort(answers);
        std::string_view rest = configuration_.text;
        while (const auto option = next_kconfig_option(rest))
            answers.push_back({option->name, option->value, {}});
        return answers;
    }

    std::optional<Answer> find(std::string_view option) const {
        for (const Answer& answer : all())
            if (answer.option == option) return answer;
        return std::nullopt;
    }

 private:
    KernelConfiguration configuration_;
    std::vector<Inferred> inferred_;
};

std::string in_words(const Answer& answer) {
    if (answer.value == "?") return concat("# ", answer.option, " cannot be told");
    if (answer.value == "n or m")
        return concat("# ", answer.option, " is not set, or a module that is not loaded");
    return kconfig_line(answer.option, answer.value);
}

void show(Context& context, const Subject& subject, const Answer& answer) {
    if (context.json) {
        Record record;
        record.add("option", answer.option).add("value", answer.value).add("source", subject.source());
        record.add("inferred", subject.is_inferred());
        if (subject.is_inferred()) record.add("because", answer.because);
        context.out.line(record.json());
        return;
    }
    context.out.put(printable(in_words(answer)));
    if (subject.is_inferred()) context.out.put("  # inferred, because ", printable(answer.because));
    context.out.put('\n');
}

// An operand: NAME, GLOB or NAME=VALUE.
struct Query {
    std::string name;
    std::optional<std::string> value;
};

Query query_of(std::string_view operand) {
    const size_t equals = operand.find('=');
    if (equals == operand.npos) return {full_name(operand), std::nullopt};
    return {full_name(operand.substr(0, equals)), std::string(operand.substr(equals + 1))};
}

// A string may be given without its quotes.
bool is_value(std::string_view value, std::string_view wanted) {
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"') && !wanted.starts_with('"'))
        value = value.substr(1, value.size() - 2);
    return value == wanted;
}

// What the configuration does not mention is not set; but where symbols are all there is, nothing is known.
int answer_missing(Context& context, const Subject& subject, const Query& query) {
    if (subject.is_inferred())
        return context.fail(Error(concat("tell ", printable(query.name)), 0,
                                  concat("there is no configuration, and ", printable(subject.source()),
                                         " has no symbol by which it is known"),
                                  "kconfig without operands shows what symbols tell"));
    if (query.value == "n") {
        show(context, subject, {query.name, "n", {}});
        return kFine;
    }
    std::vector<std::string_view> names;
    for (const auto& answer : subject.all()) names.push_back(answer.option);
    const auto meant = did_you_mean(query.name, names);
    context.err.line(
        "earlybox kconfig: ", printable(query.name), " does not occur in ", printable(subject.source()),
        meant ? concat("; did you mean ", printable(*meant), "?")
              : std::string(": this kernel has no such option, or it needs others that are off"));
    return kBadNews;
}

int answer_one(Context& context, const Subject& subject, const Query& query) {
    const auto answer = subject.find(query.name);
    if (!answer) return answer_missing(context, subject, query);
    show(context, subject, *answer);
    if (!query.value) return answer->value == "?" ? kFailed : kFine;
    const bool open =
        answer->value == "?" || (answer->value == "n or m" && (query.value == "n" || query.value == "m"));
    return open ? kFailed : is_value(answer->value, *query.value) ? kFine : kBadNews;
}

int answer_pattern(Context& context, const Subject& subject, const Query& query) {
    bool found = false;
    bool good = true;
    for (const auto& answer : subject.all()) {
        if (!glob_match(query.name.c_str(), std::string(answer.option).c_str())) continue;
        found = true;
        show(context, subject, answer);
        good = good && (!query.value || is_value(answer.value, *query.value));
    }
    return found && good ? kFine : kBadNews;
}

int answer_all(Context& context, const Subject& subject, std::span<char*> operands) {
    if (!context.json && !operands.empty()) context.out.line("# ", printable(subject.source()));
    if (operands.empty() && !context.json && !subject.is_inferred()) {
        context.out.put(subject.text());  // as it is, for tools that take it
        return kFine;
    }
    if (operands.empty()) {
        for (const auto& answer : subject.all()) show(context, subject, answer);
        return kFine;
    }
    int code = kFine;
    for (const char* operand : operands) {
        const Query query = query_of(operand);
        code = std::max(code, has_glob(query.name) ? answer_pattern(context, subject, query)
                                                   : answer_one(context, subject, query));
    }
    return code;
}

// --- --diff
// ---------------------------------------------------------------------------------------------------------

void show_difference(Context& context, const Answer* before, const Answer* after) {
    const std::string_view option = (before != nullptr ? before : after)->option;
    if (context.json) {
        Record record;
        record.add("option", option);
        if (before != nullptr) record.add("before", before->value);
        if (after != nullptr) record.add("after", after->value);
        context.out.line(record.json());
    } else if (before != nullptr && after != nullptr) {
        context.out.line(' ', printable(concat(option, ' ', before->value, " -> ", after->value)));
    } else if (before != nullptr) {
        context.out.line('-', printable(kconfig_line(option, before->value)));
    } else {
        context.out.line('+', printable(kconfig_line(option, after->value)));
    }
}

// Where one of the two is inferred, only what both tell; and what a configuration does not mention is not
// set.
int compare(Context& context, const Subject& before, const Subject& after, std::span<char*> patterns) {
    const bool is_inferred = before.is_inferred() || after.is_inferred();
    const auto is_told = [](const Answer& answer) { return answer.value != "?" && answer.value != "n or m"; };
    const auto differ = [&](const Answer* old, const Answer* now) {
        if (old != nullptr && now != nullptr)
            return old->value != now->value && is_told(*old) && is_told(*now);
        const Answer& only = old != nullptr ? *old : *now;
        return !is_inferred || (!only.because.empty() && is_told(only) && only.value != "n");
    };
    const auto selected = [&](std::string_view option) {
        return patterns.empty() || std::ranges::any_of(patterns, [&](const char* pattern) {
                   return glob_match(full_name(pattern).c_str(), std::string(option).c_str());
               });
    };
    auto olds = before.all();
    auto news = after.all();
    sort(olds);
    sort(news);
    int code = kFine;
    for (size_t i = 0, k = 0; i < olds.size() || k < news.size();) {
        const int order = i == olds.size()   ? 1
                          : k == news.size() ? -1
                                             : olds[i].option.compare(news[k].option);
        const Answer* old = order <= 0 ? &olds[i++] : nullptr;
        const Answer* now = order >= 0 ? &news[k++] : nullptr;
        if (!differ(old, now) || !selected((old != nullptr ? old : now)->option)) continue;
        show_difference(context, old, now);
        code = kBadNews;
    }
    return code;
}

int run_diff(Context& context, Machine& machine, const Options& options, std::span<char*> operands) {
    if (operands.size() < 2) return context.usage_error(Error("--diff needs two configurations"));
    const auto before = Subject::open(machine, operands[0], false);
    if (!before) return context.fail(before.error());
    const auto after = Subject::open(machine, operands[1], options.infer);
    if (!after) return context.fail(after.error());
    return compare(context, *before, *after, operands.subspan(2));
}

// --- --why
// ----------------------------------------------------------------------------------------------------------

struct Effect {
    const char* head;
    std::string text;
};

// The calls that the option decides on, of one ABI.
std::vector<std::string> calls_of(std::string_view option, Abi abi) {
    std::vector<std::string> names;
    for (const Syscall& call : syscalls(abi)) {
        const GateInfo& info = gate_info(call.gate);
        if (info.option == option || info.also == option) names.emplace_back(call.name);
    }
    return names;
}

std::vector<Effect> effects_of(std::string_view option) {
    std::vector<Effect> effects;
    if (const KernelOption* known = find_kernel_option(option))
        effects.push_back({"decides", known->decides});
    for (const bool of_two : {false, true})
        for (const Gate number : all_gates()) {
            const GateInfo& gate = gate_info(number);
            if ((gate.option != option && gate.also != option) || of_two != (*gate.also != '\0')) continue;
            effects.push_back(
                {"without", of_two ? concat(gate.breaks, " (they need ", gate.option, " and ", gate.also, ")")
                                   : std::string(gate.breaks)});
        }
    for (const auto& file_system : pseudo_filesystems())
        if (file_system.option == option)
            effects.push_back({"mounts", concat(file_system.mount_point, ": ", file_system.provides)});
    for (const Abi abi : {Abi::x86_64, Abi::i386})
        if (const auto calls = calls_of(option, abi); !calls.empty())
            effects.push_back({"calls", concat(abi_name(abi), ": ", join(calls, ", "))});
    return effects;
}

void show_effects(Context& context, const std::string& option, const std::vector<Effect>& effects) {
    if (context.json) {
        std::vector<std::string> texts;
        for (const auto& effect : effects) texts.push_back(effect.text);
        Record record;
        record.add("option", option).add("decides", texts);
        context.out.line(record.json());
        return;
    }
    constexpr size_t kIndent = 12;
    for (const auto& effect : effects) {
        std::string head = padded(concat("  ", effect.head), kIndent);
        for (const auto& line : wrapped(effect.text, context.out.width() - kIndent)) {
            context.out.line(head, line);
            head = std::string(kIndent, ' ');
        }
    }
}

int run_why(Context& context, Machine& machine, const Options& options, std::span<char*> operands) {
    if (operands.empty()) return context.usage_error(Error("--why needs the name of an option"));
    const auto subject = Subject::open(machine, options.kernel, options.infer);
    int code = kFine;
    for (const char* operand : operands) {
        const std::string option = full_name(operand);
        const auto answer = subject ? subject->find(option) : std::nullopt;
        if (answer)
            show(context, *subject, *answer);
        else if (!context.json)
            context.out.line(printable(option),
                             subject ? " does not occur" : ": there is no configuration to look into");
        const auto effects = effects_of(option);
        show_effects(context, option, effects);
        if (!effects.empty()) continue;
        context.err.line("earlybox kconfig: what ", printable(option), " decides is not known here");
        code = kBadNews;
    }
    return code;
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();
    Machine machine(context.root);
    if (options.diff) return run_diff(context, machine, options, *operands);
    if (options.why) return run_why(context, machine, options, *operands);
    const auto subject = Subject::open(machine, options.kernel, options.infer);
    if (!subject) return context.fail(subject.error());
    return answer_all(context, *subject, *operands);
}

}  // namespace

extern const Applet applet_kconfig;
const Applet applet_kconfig = {
    .name = "kconfig",
    .summary = "the options that a kernel was built with, and what they decide",
    .operands = "[NAME|GLOB|NAME=VALUE...]",
    .options = kOptions,
    .examples = kExamples,
    .exit_status =
        "0 found, and as it should be; 1 a NAME=VALUE does not hold, nothing matches, or configurations differ",
    .run = run,
    .reports = true,
    .reads_files = true,
    .notes =
        "Names may be given without CONFIG_. Without operands the whole configuration is printed as it is. It is looked for "
        "in /proc/config.gz (which need not be mounted), /boot/config-RELEASE and /lib/modules/RELEASE/config, with -K in "
        "the file.\n"
        "Where there is none, the kernel's symbols tell of many options: such answers are marked \"inferred, because\".",
};

}  // namespace earlybox
