// SPDX-License-Identifier: MIT
#include "applets/doctor/doctor.h"
#include "core/base/text.h"
#include "core/parse/cmdline.h"
#include "core/parse/kconfig.h"

namespace earlybox::doctor {

const char* severity_name(Severity severity) {
    switch (severity) {
        case Severity::ok: return "ok";
        case Severity::note: return "note";
        case Severity::warning: return "warning";
        case Severity::failure: break;
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

const Result<Handlers>& Examination::handlers() {
    if (!handlers_) handlers_ = Handlers::load(machine_);
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

bool Examination::runs_ia32() {
    if (!runs_ia32_) {
        const auto end = start_ia32_program();
        runs_ia32_ = end && end->exited_with(kIa32ProgramStatus);
    }
    return *runs_ia32_;
}

std::optional<std::string> Examination::configured(const char* option) {
    if (!configuration()) return std::nullopt;
    const auto value = kconfig_value(configuration()->text, option);
    return concat(configuration()->source, ": ", option, !value         ? " does not occur"
                                                         : *value == "n" ? " is not set"
                                                                         : concat("=", *value));
}

}  // namespace earlybox::doctor
