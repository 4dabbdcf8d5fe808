// SPDX-License-Identifier: MIT
// Names of the values and bits that system calls take and give.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace earlybox {

class ConstantTable {
 public:
    enum class Kind : uint8_t { value, bits };
    consteval ConstantTable(const char* prefix, Kind kind, std::span<const uint32_t> values,
                            const char* names)
        : prefix_(prefix), names_(names), values_(values), kind_(kind) {}

    // The name of exactly this value: "SEEK_SET"; nothing for one without a name.
    std::optional<std::string> find(uint64_t value) const;
    // As strace prints it: "O_CREAT|O_EXCL|0x80"; "0x7 /* CLOCK_??? */" where no part of it has a name; "0"
    // where no bit is set.
    std::string describe(uint64_t value) const;

 private:
    std::string name_of(size_t row) const;
    const char* prefix_;  // common to all names
    const char* names_;   // the rest of each, zero-terminated, one behind the other
    std::span<const uint32_t> values_;
    Kind kind_;
};

extern const ConstantTable kOpenFlags;
extern const ConstantTable kAtFlags;
extern const ConstantTable kAccessAtFlags;
extern const ConstantTable kAccessModes;
extern const ConstantTable kWhence;
extern const ConstantTable kProtection;
extern const ConstantTable kMapFlags;
extern const ConstantTable kMapTypes;
extern const ConstantTable kRemapFlags;
extern const ConstantTable kSyncFlags;
extern const ConstantTable kAdvice;
extern const ConstantTable kLockAllFlags;
extern const ConstantTable kCloneFlags;
extern const ConstantTable kWaitFlags;
extern const ConstantTable kWaitIdTypes;
extern const ConstantTable kSignalHow;
extern const ConstantTable kSignalActionFlags;
extern const ConstantTable kSignalStackFlags;
extern const ConstantTable kResources;
extern const ConstantTable kRusageWho;
extern const ConstantTable kItimers;
extern const ConstantTable kTimerFlags;
extern const ConstantTable kTimerfdSettimeFlags;
extern const ConstantTable kTimerfdFlags;
extern const ConstantTable kEventfdFlags;
extern const ConstantTable kSignalfdFlags;
extern const ConstantTable kInotifyInitFlags;
extern const ConstantTable kInotifyMask;
extern const ConstantTable kEpollFlags;
extern const ConstantTable kEpollOperations;
extern const ConstantTable kEpollEvents;
extern const ConstantTable kPollEvents;
extern const ConstantTable kPriorityWhich;
extern const ConstantTable kPolicies;
extern const ConstantTable kFcntlCommands;
extern const ConstantTable kLockTypes;
extern const ConstantTable kSeals;
extern const ConstantTable kFlockOperations;
extern const ConstantTable kPrctlOptions;
extern const ConstantTable kArchPrctlOptions;
extern const ConstantTable kPtraceRequests;
extern const ConstantTable kFutexOperations;
extern const ConstantTable kFutexFlags;
extern const ConstantTable kSeccompOperations;
extern const ConstantTable kSeccompFlags;
extern const ConstantTable kBpfCommands;
extern const ConstantTable kKeyctlOptions;
extern const ConstantTable kSocketFamilies;
extern const ConstantTable kSocketTypes;
extern const ConstantTable kSocketTypeFlags;
extern const ConstantTable kProtocols;
extern const ConstantTable kNetlinkProtocols;
extern const ConstantTable kShutdownHow;
extern const ConstantTable kSocketLevels;
extern const ConstantTable kSocketOptions;
extern const ConstantTable kTcpOptions;
extern const ConstantTable kIpOptions;
extern const ConstantTable kIpv6Options;
extern const ConstantTable kNetlinkOptions;
extern const ConstantTable kMessageFlags;
extern const ConstantTable kMountFlags;
extern const ConstantTable kUmountFlags;
extern const ConstantTable kOpenTreeFlags;
extern const ConstantTable kMoveMountFlags;
extern const ConstantTable kFsopenFlags;
extern const ConstantTable kFspickFlags;
extern const ConstantTable kFsconfigCommands;
extern const ConstantTable kFsmountFlags;
extern const ConstantTable kMountAttributes;
extern const ConstantTable kRenameFlags;
extern const ConstantTable kSpliceFlags;
extern const ConstantTable kReadWriteFlags;
extern const ConstantTable kFallocateModes;
extern const ConstantTable kFileAdvice;
extern const ConstantTable kXattrFlags;
extern const ConstantTable kMemfdFlags;
extern const ConstantTable kRandomFlags;
extern const ConstantTable kCloseRangeFlags;
extern const ConstantTable kPersonalityFlags;
extern const ConstantTable kPersonalities;
extern const ConstantTable kRebootCommands;
extern const ConstantTable kRebootMagic;
extern const ConstantTable kSyslogActions;
extern const ConstantTable kMembarrierCommands;
extern const ConstantTable kIpcFlags;
extern const ConstantTable kIpcCommands;
extern const ConstantTable kIpcCalls;
extern const ConstantTable kSocketCalls;
extern const ConstantTable kModuleFlags;
extern const ConstantTable kPidfdFlags;
extern const ConstantTable kStatxMask;
extern const ConstantTable kStatxAttributes;
extern const ConstantTable kClocks;
extern const ConstantTable kFileTypes;
extern const ConstantTable kDirentTypes;
extern const ConstantTable kFileSystemMagics;
extern const ConstantTable kStatfsFlags;
extern const ConstantTable kResolveFlags;
extern const ConstantTable kSignalCodes;
extern const ConstantTable kChildCodes;
extern const ConstantTable kSegvCodes;
extern const ConstantTable kBusCodes;
extern const ConstantTable kIllCodes;
extern const ConstantTable kFpeCodes;
extern const ConstantTable kTrapCodes;
extern const ConstantTable kPollCodes;
extern const ConstantTable kSysCodes;
extern const ConstantTable kTtyInputFlags;
extern const ConstantTable kTtyOutputFlags;
extern const ConstantTable kTtyControlFlags;
extern const ConstantTable kTtyLocalFlags;
extern const ConstantTable kIoctls;
extern const ConstantTable kCloneHighFlags;

}  // namespace earlybox
