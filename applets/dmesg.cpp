// SPDX-License-Identifier: MIT
// dmesg: the kernel's log, of this machine or of any that left one behind; util-linux 2.38's options and
// output (man 1 dmesg).
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "applets/dmesg/clock.h"
#include "applets/dmesg/lines.h"
#include "applets/dmesg/moment.h"
#include "applets/dmesg/names.h"
#include "applets/dmesg/suspend.h"
#include "core/applet.h"
#include "core/probe/log_reader.h"
#include "core/sys/klog.h"

namespace earlybox {
namespace {

using namespace dmesg;

enum class Color { automatic, always, never };

struct Levels {
    Set set = 0;
};
struct Facilities {
    Set set = 0;
};
struct ConsoleLevel {
    int level = 0;
};

bool store_option(Levels& levels, const char* list) {
    const auto set = parse_levels(list);
    levels.set |= set.value_or(0);
    return set.has_value();
}

bool store_option(Facilities& facilities, const char* list) {
    const auto set = parse_facilities(list);
    facilities.set |= set.value_or(0);
    return set.has_value();
}

bool store_option(ConsoleLevel& console, const char* argument) {
    const auto level = parse_console_level(argument);
    console.level = level.value_or(0);
    return level.has_value();
}

bool store_option(Color& color, const char* when) {
    const std::string_view word = when == nullptr ? "auto" : when;
    if (word == "auto") return color = Color::automatic, true;
    if (word == "always") return color = Color::always, true;
    if (word == "never") return color = Color::never, true;
    return false;
}

struct Options {
    std::string letters;  // of the options that exclude others
    std::string file;
    Levels levels;
    Facilities facilities;
    std::vector<std::string> needles;
    std::string since, until;
    TimeFormat time = TimeFormat::seconds;
    Color color = Color::automatic;
    ConsoleLevel console;
    std::optional<uint64_t> buffer_size;
    bool delta = false;
    bool decode = false;
    bool json = false;
    bool every_line = false;
    bool as_it_is = false;
    bool all_boots = false;
    bool no_pager = false;
    bool suspend = false;

    bool has(char letter) const { return letters.find(letter) != letters.npos; }
};

template <char Letter>
bool note(void* options, const char*) {
    static_cast<Options*>(options)->letters += Letter;
    return true;
}

template <char Letter, TimeFormat Format>
bool set_time(void* options, const char*) {
    static_cast<Options*>(options)->time = Format;
    return note<Letter>(options, nullptr);
}

bool set_time_by_name(void* options, const char* name) {
    constexpr struct {
        std::string_view name;
        TimeFormat format;
    } kFormats[] = {{"notime", TimeFormat::none},
                    {"ctime", TimeFormat::ctime},
                    {"delta", TimeFormat::delta},
                    {"reltime", TimeFormat::reltime},
                    {"iso", TimeFormat::iso}};
    for (const auto& row : kFormats)
        if (row.name == name) return static_cast<Options*>(options)->time = row.format, true;
    return false;
}

template <Set Facilities>
bool add_facilities(void* options, const char*) {
    static_cast<Options*>(options)->facilities.set |= Facilities;
    return true;
}

constexpr Set kKernel = 1;
constexpr Set kUserspace = (Set{1} << std::size(kLogFacilities)) - 1 - kKernel;

template <char Letter, auto Member>
bool note_and_store(void* options, const char* argument) {
    return note<Letter>(options, argument) && store_member<Options, Member>(options, argument);
}

constexpr OptionSpec kOptions[] = {
    {'F', "file", "FILE", "read FILE, not this kernel's log: any log or folder of logs; - is standard input",
     note_and_store<'F', &Options::file>},
    option<&Options::all_boots>(0, "all-boots", nullptr,
                                "of systemd's journals every boot, not only the last one"),
    option<&Options::needles>(0, "grep", "TEXT", "only messages that hold TEXT; several: any of them"),
    option<&Options::levels>('l', "level", "LIST",
                             "only these levels: emerg,alert,crit,err,warn,notice,info,debug"),
    option<&Options::facilities>('f', "facility", "LIST",
                                 "only these facilities: kern,user,mail,daemon,auth,syslog,…"),
    {'k', "kernel", nullptr, "only the kernel's own messages", add_facilities<kKernel>},
    {'u', "userspace", nullptr, "only messages that programs wrote into the log", add_facilities<kUserspace>},
    option<&Options::since>(0, "since", "TIME",
                            "only messages later than TIME: 2026-11-22 16:34, -5min, today"),
    option<&Options::until>(0, "until", "TIME", "only messages earlier than TIME"),
    {'w', "follow", nullptr, "wait for more, until Ctrl-C", note<'w'>},
    {'W', "follow-new", nullptr, "show only what is yet to come", note<'W'>},
    {'T', "ctime", nullptr, "stamps of the wall clock", set_time<'T', TimeFormat::ctime>},
    {'e', "reltime", nullptr, "stamps of the wall clock and of what passed since the line above",
     set_time<'e', TimeFormat::reltime>},
    {'t', "notime", nullptr, "no stamps", set_time<'t', TimeFormat::none>},
    {'d', "show-delta", nullptr, "how much time passed since the line above",
     note_and_store<'d', &Options::delta>},
    {0, "time-format", "FORMAT", "ctime, reltime, delta, notime or iso", set_time_by_name},
    option<&Options::suspend>(0, "suspend", nullptr,
                              "correct -T for sleep (suspend, hibernation), as far as the log tells of it"),
    {'H', "human", nullptr, "for people: -e, with colours", set_time<'H', TimeFormat::reltime>},
    {'L', "color", "[WHEN]", "colours: auto (on terminals), always or never",
     note_and_store<'L', &Options::color>},
    {'x', "decode", nullptr, "the names of facility and level in front",
     note_and_store<'x', &Options::decode>},
    option<&Options::every_line>('p', "force-prefix", nullptr,
                                 "stamps on every line of a message of several lines"),
    {'r', "raw", nullptr, "lines as syslog(2) has them, with <priority> in front", note<'r'>},
    option<&Options::json>('J', "json", nullptr, "one JSON object for all: {\"dmesg\": [{…}, …]}"),
    option<&Options::as_it_is>(0, "noescape", nullptr,
                               "control characters as they are: they may act on a terminal"),
    option<&Options::no_pager>('P', "nopager", nullptr, "accepted: there is no pager"),
    option<&Options::buffer_size>('s', "buffer-size", "SIZE", "accepted: the whole log is read"),
    {'S', "syslog", nullptr, "through syslog(2), not /dev/kmsg", note<'S'>},
    {'c', "read-clear", nullptr, "show the log, then clear it", note<'c'>},
    {'C', "clear", nullptr, "clear the log", note<'C'>},
    {'n', "console-level", "LEVEL", "show messages up to LEVEL on the console: 1 to 8, or a level's name",
     note_and_store<'n', &Options::console>},
    {'E', "console-on", nullptr, "show messages on the console", note<'E'>},
    {'D', "console-off", nullptr, "show none but emergencies on the console", note<'D'>},
};

constexpr Example kExamples[] = {
    {"dmesg -H -l err,warn", "what went wrong, with dates"},
    {"dmesg -F /mnt/var/log/journal -T --grep 'Out of memory'",
     "out of a dead machine's journal, which nothing else has to be there to read"},
    {"dmesg -T --since '10 min ago'", "the last ten minutes, by the wall clock"},
    {"dmesg -n err", "a quiet console: errors and worse only"},
};

// Each group's options exclude each other.
constexpr std::string_view kExclusive[] = {"CDEcnr", "CF", "DF", "EF", "Fc", "Fn", "FS", "Hr",
                                           "Lr",     "Sw", "SW", "Tr", "dr", "er", "rx", "rt"};

std::optional<Error> conflict(const Options& options, const std::string& root) {
    for (const auto group : kExclusive) {
        std::string both;
        for (const char letter : group)
            if (options.has(letter)) both += letter;
        if (both.size() > 1) return Error(concat("-", both[0], " and -", both[1], " exclude each other"));
    }
    if (options.suspend && options.file == "-")
        return Error("--suspend reads the log twice, and standard input can be read only once");
    for (const char letter : std::string_view("CDEScnwW"))
        if (!root.empty() && options.has(letter))
            return Error(concat("-", letter, " is for the live machine: no --root"));
    return std::nullopt;
}

TimeFormat time_format(const Options& options) {
    if (options.json) return TimeFormat::seconds;
    if (!options.delta || options.time == TimeFormat::iso) return options.time;
    if (options.time == TimeFormat::ctime) return TimeFormat::ctime_and_delta;
    return options.time == TimeFormat::seconds ? TimeFormat::seconds_and_delta : TimeFormat::delta;
}

// The locale's characters, as far as LC_ALL and its kin name them.
bool is_utf8_locale() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const char* locale = getenv(name);
        if (locale == nullptr || *locale == 0) continue;
        const std::string_view codes = locale;
        return codes.ends_with("UTF-8") || codes.ends_with("utf8");
    }
    return false;
}

Style style_of(const Options& options, const Context& context) {
    Style style;
    style.time = time_format(options);
    style.decode = options.decode;
    style.json = options.json;
    style.raw = options.has('r') && !options.json;
    style.every_line = options.every_line;
    style.color = !options.json &&
                  (options.color == Color::always || (options.color == Color::automatic && context.color()));
    style.escaping = {.off = options.as_it_is, .utf8 = is_utf8_locale(), .terminal = context.out.terminal()};
    return style;
}

int64_t now_us(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// All the time that this machine slept since boot.
int64_t slept_us() { return now_us(CLOCK_BOOTTIME) - now_us(CLOCK_MONOTONIC); }

// Uncorrected as util-linux has it: in whole seconds, as if all sleep lay before the log begins.
enum class Sleep { uncorrected, corrected };
Clock this_machines_clock(Sleep sleep) {
    constexpr int64_t kSecond = 1000000;
    const int64_t boot = now_us(CLOCK_REALTIME) - now_us(CLOCK_BOOTTIME);
    if (sleep == Sleep::corrected) return Clock(boot);
    const int64_t slept = now_us(CLOCK_BOOTTIME) / kSecond - now_us(CLOCK_MONOTONIC) / kSecond;
    const int64_t fraction = (boot % kSecond + kSecond) % kSecond;  // a wrong clock may begin before 1970
    return Clock(boot - fraction + slept * kSecond);
}

bool needs_wall_clock(TimeFormat format) {
    return format == TimeFormat::ctime || format == TimeFormat::reltime || format == TimeFormat::iso ||
           format == TimeFormat::ctime_and_delta;
}

struct Period {
    std::optional<int64_t> since, until;  // seconds since 1970; neither belongs to it
    bool empty() const { return !since && !until; }
};

Result<> store_moment(std::optional<int64_t>& moment, const char* name, const std::string& text) {
    if (text.empty()) return {};
    moment = parse_moment(text, time(nullptr));
    if (!moment) return failure(concat("option --", name, ": ", printable(text), " is no valid TIME"));
    return {};
}

Result<Period> period_of(const Options& options) {
    Period period;
    TRY_VOID(store_moment(period.since, "since", options.since));
    TRY_VOID(store_moment(period.until, "until", options.until));
    return period;
}

// Every number is in the empty set: nothing was selected.
bool is_in(Set set, std::optional<uint32_t> number) {
    return set == 0 || (number && *number < std::size(kLogFacilities) && (set >> *number & 1) != 0);
}

class SleepFinder : public LogSink {
 public:
    void source(const std::string&, LogKind) override {}
    bool record(const LogRecord& record) override { return sleeps.note(record), true; }
    void damage(const LogDamage&) override {}

    Sleeps sleeps;
};

class View : public LogSink {
 public:
    View(Context& context, const Options& options, const Style& style, const Clock& clock, Period period)
        : context_(context), options_(options), clock_(clock), period_(period), lines_(style, clock) {}

    void source(const std::string& path, LogKind kind) override {
        path_ = path;
        kind_ = kind;
    }

    bool record(const LogRecord& record) override {
        if (!selected(record)) return true;
        lacks_wall_clock_ |= !record.wall_us;
        lines_.show(text_, record, kind_);
        context_.out.put(text_);
        text_.clear();
        return context_.out.error() == 0;
    }

    void damage(const LogDamage& damage) override {
        context_.err.line(
            "earlybox dmesg: ", printable(path_), damage.place.line != 0 ? ": line " : ": byte ",
            damage.place.line != 0 ? damage.place.line : damage.place.offset, ": ", damage.what);
    }

    void finish() {
        lines_.finish(text_);
        context_.out.put(text_);
    }

    bool lacks_wall_clock() const { return lacks_wall_clock_; }

 private:
    bool selected(const LogRecord& record) const {
        if (!is_in(options_.levels.set, record.level) || !is_in(options_.facilities.set, record.facility))
            return false;
        if (period_.empty()) return true;
        const int64_t second = clock_.second(record);
        if (period_.since && second <= *period_.since) return false;
        return !period_.until || second < *period_.until;
    }

    Context& context_;
    const Options& options_;
    const Clock& clock_;
    Period period_;
    Lines lines_;
    LogKind kind_ = LogKind::kmsg;
    std::string path_;
    std::string text_;
    bool lacks_wall_clock_ = false;
};

// Where the log comes from; it may be read more than once, but from standard input.
class Source {
 public:
    Source(Context& context, const Options& options)
        : context_(context), options_(options), machine_(context.root) {}

    bool live() const { return !options_.has('F') && machine_.live(); }

    // The records that are there now; with -w then each as it comes, and `before_more` before every look.
    template <class BeforeMore>
    Result<LogTally> read(const LogFilter& filter, LogSink& sink, bool follow, BeforeMore before_more) {
        if (options_.file == "-") return read_log(Fd(dup(context_.input)), "standard input", filter, sink);
        if (options_.has('F')) {
            const bool below = !machine_.live();
            return read_log(below ? concat(machine_.root(), '/', options_.file) : options_.file, filter,
                            sink);
        }
        if (!machine_.live()) return read_kernel_log(machine_, filter, sink);

        const auto interface = options_.has('S') ? LiveLog::Interface::syslog
                               : follow          ? LiveLog::Interface::kmsg
                                                 : LiveLog::Interface::any;
        const auto start = options_.has('W') ? LiveLog::Start::now : LiveLog::Start::clear;
        auto log = TRY(LiveLog::open(machine_, interface, start));
        const bool is_device = log.descriptor() >= 0;
        sink.source(is_device ? "/dev/kmsg" : "syslog(2)", is_device ? LogKind::kmsg : LogKind::dmesg);
        auto tally = TRY(log.read(filter, sink));
        while (follow && context_.out.error() == 0) {
            context_.out.flush();
            pollfd more{.fd = log.descriptor(), .events = POLLIN};
            poll(&more, 1, -1);
            before_more();
            tally += TRY(log.read(filter, sink));
        }
        return tally;
    }
    Result<LogTally> read(const LogFilter& filter, LogSink& sink) {
        return read(filter, sink, false, [] {});
    }

 private:
    Context& context_;
    const Options& options_;
    Machine machine_;
};

// The clock with the sleeps that the log tells of.
Result<Clock> sleepless_clock(Source& source, const Options& options, Context& context) {
    SleepFinder finder;
    TRY_VOID(source.read({.needles = Sleeps::needles(), .last_boot = !options.all_boots}, finder));
    Clock clock = this_machines_clock(Sleep::corrected);
    const auto slept = source.live() ? std::optional(slept_us()) : std::nullopt;
    const size_t untold = finder.sleeps.apply(clock, slept);
    if (untold != 0)
        context.err.line("earlybox dmesg: the log does not tell how long ", untold,
                         " sleeps lasted: stamps before the last of them are too early");
    return clock;
}

int show(Context& context, const Options& options, Period period) {
    const Style style = style_of(options, context);
    Source source(context, options);
    Clock clock = this_machines_clock(Sleep::uncorrected);
    if (options.suspend) {
        auto corrected = sleepless_clock(source, options, context);
        if (!corrected) return context.fail(corrected.error());
        clock = *corrected;
    }
    int64_t slept = slept_us();
    const auto look_for_sleep = [&] {
        constexpr int64_t kClocksDiffer = 10000;  // by no more, read one after the other
        if (!options.suspend || slept_us() - slept < kClocksDiffer) return;
        slept = slept_us();
        if (auto corrected = sleepless_clock(source, options, context)) clock = *corrected;
    };
    View view(context, options, style, clock, period);
    const bool follow = options.has('w') || options.has('W');
    const auto tally = source.read({.needles = options.needles, .last_boot = !options.all_boots}, view,
                                   follow, look_for_sleep);
    view.finish();
    if (!tally) return context.fail(tally.error());
    context.out.flush();
    const std::string shown = printable(options.file);
    if (!source.live() && view.lacks_wall_clock() && (needs_wall_clock(style.time) || !period.empty()))
        context.err.line("earlybox dmesg: ", shown,
                         " has no wall clock's stamps: they are reckoned from when this machine was booted");
    if (tally->records == 0 && tally->others != 0 && options.needles.empty())
        context.err.line("earlybox dmesg: ", shown, " holds ", tally->others,
                         " lines, but none of the kernel's");
    return tally->damages != 0 ? kBadNews : kFine;
}

int control(Context& context, KlogAction action, size_t argument = 0) {
    const auto done = klog(action, nullptr, argument);
    return done ? kFine : context.fail(done.error());
}

int run(Context& context) {
    Options options;
    const auto operands = context.parse(options);
    if (!operands) return operands.error();
    if (!operands->empty())
        return context.usage_error(Error(concat("'", printable((*operands)[0]), "' is too much"), 0, {},
                                         concat("dmesg -F ", printable((*operands)[0]))));
    if (const auto mistake = conflict(options, context.root)) return context.usage_error(*mistake);
    const auto period = period_of(options);
    if (!period) return context.usage_error(period.error());

    if (options.has('C')) return control(context, KlogAction::clear);
    if (options.has('D')) return control(context, KlogAction::console_off);
    if (options.has('E')) return control(context, KlogAction::console_on);
    if (options.has('n')) return control(context, KlogAction::console_level, options.console.level);
    const int code = show(context, options, *period);
    if (code == kFailed || !options.has('c')) return code;
    return std::max(code, control(context, KlogAction::clear));
}

}  // namespace

extern const Applet applet_dmesg;
const Applet applet_dmesg = {
    .name = "dmesg",
    .summary = "the kernel's log: this machine's, or what another left behind",
    .operands = "",
    .options = kOptions,
    .examples = kExamples,
    .exit_status = "0 shown; 1 parts of the log are damaged",
    .run = run,
    .reads_files = true,
    .notes =
        "Options and output are util-linux's. Works without /dev/kmsg and with nothing mounted. -F reads dmesg's "
        "text in any of its forms, records of /dev/kmsg, kern.log and its like, systemd's journals, pstore, "
        "captures of a serial console, packed (gz, xz, zst, lz4, bz2) or not; of a folder all of its logs, oldest "
        "first.",
};

}  // namespace earlybox
