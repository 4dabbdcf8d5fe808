// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/request.h"

namespace earlybox::trace_kernel {
int show_list(Context& context, const Request&) { return context.fail(Error("not there yet")); }
int show_boot(Context& context, const Request&) { return context.fail(Error("not there yet")); }
}  // namespace earlybox::trace_kernel
