// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>

#include "applets/doctor/doctor.h"
#include "core/base/text.h"
#include "core/probe/boot_parameter.h"
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

std::string few_of(const std::vector<std::string>& names, size_t most) {
    if (names.size() <= most + 1) return join(names, ", ");
    return concat(join({names.begin(), names.begin() + static_cast<ptrdiff_t>(most)}, ", "), " and ",
                  names.size() - most, " more");
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
    return earlybox::boot_parameter(machine_, name);
}

const Result<Clocksource>& Examination::clocksource() {
    if (!clocksource_) clocksource_ = examine_clocksource(machine_);
    return *clocksource_;
}

const Result<GivenVdso>& Examination::given_vdso(Caller caller) {
    auto& given = given_vdsos_[static_cast<size_t>(caller)];
    if (!given) given = GivenVdso::find(caller);
    return *given;
}

bool Examination::in_container() {
    constexpr std::string_view kInitial = "pid:[4026531836]";  // PROC_PID_INIT_INO (include/linux/proc_ns.h)
    const auto proc = machine_.directory(kProcfs);
    char name[32];
    const ssize_t length = proc ? readlinkat(*proc, "self/ns/pid", name, sizeof name) : -1;
    return length > 0 && std::string_view(name, static_cast<size_t>(length)) != kInitial;
}

Result<std::vector<LogLine>> Examination::logged(std::initializer_list<std::string_view> parts) {
    return find_logged(machine_, parts);
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
    return option_text(*configuration(), option);
}

}  // namespace earlybox::doctor
