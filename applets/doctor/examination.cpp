// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"
#include "core/parse/cmdline.h"
#include "core/parse/kconfig.h"
#include "core/probe/log_reader.h"
#include "core/sys/file.h"

namespace earlybox::doctor {

const char* severity_name(Severity severity) {
    switch (severity) {
        case Severity::ok:
            return "ok";
        case Severity::note:
            return "note";
        case Severity::warning:
            return "warning";
        case Severity::failure:
            break;
    }
    return "failure";
}

Finding fine(const char* id, std::string title, std::vector<std::string> evidence) {
    return {.id = id, .severity = Severity::ok, .title = std::move(title), .evidence = std::move(evidence)};
}

Finding finding(const Diagnosis& diagnosis, Severity severity, std::vector<std::string> evidence) {
    return {diagnosis.id,    severity,         diagnosis.title, std::move(evidence),
            diagnosis.cause, diagnosis.effect, diagnosis.fix};
}

Finding not_judged(const char* id, std::string_view why, std::vector<std::string> evidence) {
    Finding unknown = fine(id, concat("not judged: ", why), std::move(evidence));
    unknown.judged = false;
    return unknown;
}

std::string one_line(const Error& error) {
    std::string text = describe(Error(error.what, error.code));
    if (!error.cause.empty()) append(text, ": ", error.cause);
    return text;
}

std::optional<uint64_t> number_of(std::string_view text, std::string_view key) {
    for (std::string_view line; next_line(text, line);) {
        if (!line.starts_with(key)) continue;
        line.remove_prefix(key.size());
        if (line.starts_with(':')) line.remove_prefix(1);
        const bool whole_key = line.starts_with(' ') || line.starts_with('\t');
        if (whole_key) return parse_number(next_word(line));
    }
    return std::nullopt;
}

std::string_view trimmed(std::string_view text) { return text.substr(0, text.find_last_not_of(" \t\n") + 1); }

std::string few_of(const std::vector<std::string>& names, size_t most) {
    if (names.size() <= most + 1) return join(names, ", ");
    return concat(join({names.begin(), names.begin() + static_cast<ptrdiff_t>(most)}, ", "), " and ",
                  names.size() - most, " more");
}

std::string LogLine::evidence() const {
    const auto first_line = std::string_view(text).substr(0, text.find('\n'));
    return concat("kernel log, ", microseconds / 1'000'000, " s: ", first_line);
}

const Result<Handlers>& Examination::handlers() {
    if (!handlers_) handlers_ = Handlers::load(Kernel(machine_));
    return *handlers_;
}

const Result<KernelConfiguration>& Examination::configuration() {
    if (!configuration_) configuration_ = read_kernel_configuration(machine_);
    return *configuration_;
}

std::optional<std::string> Examination::boot_parameter(std::string_view name) {
    const auto text = machine_.read(kProcfs, "cmdline");
    return text ? earlybox::boot_parameter(parse_cmdline(*text), name) : std::nullopt;
}

const Ia32Run& Examination::ia32_run() {
    if (!ia32_run_) ia32_run_ = run_ia32_program();
    return *ia32_run_;
}

bool Examination::in_container() {
    constexpr std::string_view kInitial = "pid:[4026531836]";  // PROC_PID_INIT_INO (include/linux/proc_ns.h)
    const auto proc = machine_.directory(kProcfs);
    char name[32];
    const ssize_t length = proc ? readlinkat(*proc, "self/ns/pid", name, sizeof name) : -1;
    return length > 0 && std::string_view(name, static_cast<size_t>(length)) != kInitial;
}

Result<std::vector<LogLine>> Examination::logged(std::initializer_list<std::string_view> parts) {
    struct KernelLines : LogSink {
        std::vector<LogLine> lines;
        bool record(const LogRecord& record) override {
            if (record.facility == 0)
                lines.push_back({record.since_boot_us.value_or(0), std::string(record.text)});
            return true;
        }
        void source(const std::string&, LogKind) override {}
        void damage(const LogDamage&) override {}
    } sink;
    TRY_VOID(read_kernel_log(machine_, {.needles = {parts.begin(), parts.end()}}, sink));
    return std::move(sink.lines);
}

std::optional<std::string> Examination::program_on_disk(char elf_class, char elf_machine) {
    for (const char* path : {"/bin/sh", "/bin/busybox", "/sbin/init", "/init", "/lib/ld-linux.so.2",
                             "/lib/ld-musl-i386.so.1", "/libx32/ld-linux-x32.so.2"}) {
        const auto file = open_at(AT_FDCWD, machine_.root() + path, O_RDONLY);
        char head[20];
        if (!file || read_some(file->number(), head, sizeof head, path).value_or(0) != sizeof head) continue;
        const bool is_elf = std::string_view(head, 4) ==
                            "\x7f"
                            "ELF";
        if (is_elf && head[4] == elf_class && head[18] == elf_machine) return machine_.root() + path;
    }
    return std::nullopt;
}

std::optional<std::string> Examination::configured(const char* option) {
    if (!configuration()) return std::nullopt;
    const auto value = kconfig_value(configuration()->text, option);
    return concat(configuration()->source, ": ", option,
                  !value          ? " does not occur"
                  : *value == "n" ? " is not set"
                                  : concat("=", *value));
}

}  // namespace earlybox::doctor
