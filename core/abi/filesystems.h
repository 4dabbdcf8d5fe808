// SPDX-License-Identifier: MIT
// The kernel's own file systems: what each is called, where it belongs, what decides whether it is there.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace earlybox {

struct PseudoFilesystem {
    const char* name;         // what mountfs calls it; unique
    const char* type;         // as mount -t takes it
    const char* mount_point;  // where users and programs expect it
    uint64_t magic;           // statfs f_type (uapi linux/magic.h)
    const char* option;       // the Kconfig option that brings it
    const char* mount_options;
    unsigned long flags;   // MS_*
    bool standard;         // a bare boot wants it; the others are for those who ask
    const char* provides;  // one clause: what misses it
};

extern const PseudoFilesystem& kProcfs;
extern const PseudoFilesystem& kSysfs;
extern const PseudoFilesystem& kDevtmpfs;
extern const PseudoFilesystem& kTracefs;

// In the order in which they can be mounted.
std::span<const PseudoFilesystem> pseudo_filesystems();

}  // namespace earlybox
