// SPDX-License-Identifier: MIT
#include "applets/trace-syscall/explain.h"

#include <errno.h>

#include <algorithm>

#include "core/abi/findings.h"
#include "core/abi/gates.h"
#include "core/abi/syscall_notes.h"
#include "core/base/text.h"
#include "core/parse/process_files.h"
#include "core/probe/kernel.h"
#include "core/probe/syscalls.h"

namespace earlybox::trace_syscall {
namespace {

constexpr uint64_t kFilterMode = 2;  // SECCOMP_MODE_FILTER

// What is found out about a call from outside of the command.
struct Evidence {
    Syscall call;
    const Handlers* handlers;  // none: the symbols are hidden or missing
    Handler handler;
    CallAnswer answer;

    bool answered() const { return answer.how != CallAnswer::How::not_made && !answer.refused_as_unknown(); }
    bool is_missing() const {
        return answer.refused_as_unknown() ? !handler.works() : !answered() && handlers && !handler.works();
    }
};

std::string call_text(const Syscall& call) { return concat(call.name, " (", call.number, ")"); }

std::string handler_text(const Evidence& evidence) {
    if (!evidence.handlers) return {};
    if (evidence.handler.symbol.empty()) return "kallsyms: there is no handler";
    return concat("kallsyms: ", evidence.handler.type, " ", evidence.handler.symbol, ": ",
                  evidence.handler.works() ? "the kernel has it" : "nothing implements it");
}

// The twin, if it works here.
std::string twin_text(Abi abi, const Syscall& call) {
    const auto twin = twin_of(abi, call);
    if (!twin) return {};
    const CallAnswer answer = try_calls(abi, {&*twin, 1}).front();
    if (answer.refused_as_unknown())
        return concat("instead: nothing, ", call_text(*twin), " says ENOSYS too");
    const bool tried = answer.how != CallAnswer::How::not_made;
    return concat("instead: ", call_text(*twin), tried ? ", which works here (tried)" : "");
}

}  // namespace

bool ExplainSink::is_filtered(pid_t thread) const {
    const auto status = machine_.read(kProcfs, concat(thread, "/status"));
    return status && number_of(*status, "Seccomp") == kFilterMode;
}

void ExplainSink::returned(Thread& thread, int64_t result) {
    if ((result != -ENOSYS && result != -EPERM) || thread.injected) return;
    const int code = static_cast<int>(-result);
    const auto known = std::ranges::find_if(refusals_, [&](const Refusal& refusal) {
        return refusal.abi == thread.call.abi && refusal.number == thread.call.number && refusal.code == code;
    });
    if (known != refusals_.end())
        ++known->times;
    else
        refusals_.push_back({thread.call.abi, thread.call.number, code, 1, is_filtered(thread.id)});
}

void ExplainSink::finish() {
    // Who may do what is not ours to explain, but for filters.
    std::erase_if(refusals_,
                  [](const Refusal& refusal) { return refusal.code == EPERM && !refusal.filtered; });
    if (refusals_.empty()) return;
    Kernel kernel(machine_);
    const auto handlers = Handlers::load(kernel);
    const auto put = [&](std::string_view text) {
        if (text.empty()) return;
        for (const auto& line : wrapped(text, 75)) out_.line("    ", line);
    };
    bool time32_is_missing = false;
    bool a_filter_refuses = false;
    for (const Refusal& refusal : refusals_) {
        const auto call = find_syscall(refusal.abi, refusal.number);
        const char* code = refusal.code == ENOSYS ? "ENOSYS" : "EPERM";
        const std::string how_often = refusal.times == 1 ? "" : concat(", ", refusal.times, " times");
        const auto head = [&](std::string_view verdict) {
            const std::string name = call ? call_text(*call) : concat("call ", refusal.number);
            out_.line(abi_name(refusal.abi), " ", name, ": ", code, how_often, ": ", verdict);
        };
        if (!call || call->is_hole()) {
            head("no kernel has such a call");
            continue;
        }
        if (const char* reason = harmless_without(call->name); reason && refusal.code == ENOSYS) {
            head("harmless");
            put(reason);
            continue;
        }
        Evidence evidence{
            *call, handlers ? &*handlers : nullptr, {}, try_calls(refusal.abi, {&*call, 1}).front()};
        if (handlers) evidence.handler = handlers->find(refusal.abi, *call);
        const std::string tried =
            evidence.answer.how == CallAnswer::How::not_made
                ? "not called again: that could do harm"
                : concat("called again from outside of the command: ", describe(evidence.answer));
        const Remark* remark = remark_on(call->name);
        if (refusal.code == ENOSYS && evidence.is_missing()) {
            const Gate gate = handlers ? culprit(refusal.abi, *call, *handlers) : call->gate;
            head("not built into this kernel");
            put(handler_text(evidence));
            put(tried);
            if (const auto options = options_text(gate_info(gate)); !options.empty())
                put(concat("decided by: ", options));
            put(twin_text(refusal.abi, *call));
            time32_is_missing = time32_is_missing || gate == Gate::time32;
        } else if (handlers && is_filters_answer(*call, evidence.handler, evidence.answer)) {
            head("answered by a seccomp filter that was there before the command");
            put(handler_text(evidence));
            put(tried);
            a_filter_refuses = true;
        } else if (refusal.filtered && (evidence.answered() || evidence.handler.works())) {
            // A lack of privilege has the same errno.
            head(concat(refusal.code == EPERM ? "perhaps " : "",
                        "answered by a seccomp filter that the command has installed itself"));
            put(handler_text(evidence));
            put(tried);
        } else if (refusal.code == ENOSYS) {
            head(remark ? "only for this use" : "the kernel has the call, but not for these arguments");
            put(remark ? remark->text : "");
            put(handler_text(evidence));
            put(tried);
        }
    }
    if (time32_is_missing) {
        out_.line("effect:");
        put(kTime32Missing.effect);
        out_.line("fix:");
        put(kTime32Missing.fix);
        put("for now: trace-syscall --shim=time32 serves these calls to a command");
    }
    if (a_filter_refuses) {
        out_.line("fix:");
        put(kSeccompRefuses.fix);
    }
}

}  // namespace earlybox::trace_syscall
