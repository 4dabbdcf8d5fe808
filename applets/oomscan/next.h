// SPDX-License-Identifier: MIT
// oomscan --next: whom the kernel would kill now, and kills that its log does not show.
#pragma once
#include "core/applet.h"

namespace earlybox::oomscan {

int show_next(Context& context);

}  // namespace earlybox::oomscan
