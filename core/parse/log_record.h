// SPDX-License-Identifier: MIT
// What every reader of kernel logs delivers, whatever it reads: /dev/kmsg, dmesg's and syslog's text,
// journals, pstore.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace earlybox {

// Levels and facilities as syslog.h numbers and dmesg names them.
inline constexpr std::string_view kLogLevels[] = {"emerg", "alert",  "crit", "err",
                                                  "warn",  "notice", "info", "debug"};
inline constexpr std::string_view kLogFacilities[] = {"kern", "user", "mail", "daemon", "auth",     "syslog",
                                                      "lpr",  "news", "uucp", "cron",   "authpriv", "ftp"};

std::optional<uint32_t> log_level(std::string_view name);
std::optional<uint32_t> log_facility(std::string_view name);

// Where in a source: the offset counts bytes of what was unpacked, lines count from 1 (0: it has no lines).
struct LogPlace {
    uint64_t offset = 0;
    uint64_t line = 0;
};

// Texts are valid during the call that delivers them, and may hold anything: escape what goes to a terminal.
struct LogRecord {
    std::optional<uint8_t> level;           // 0 emergency … 7 debug
    std::optional<uint32_t> facility;       // 0: the kernel itself; others were written to /dev/kmsg
    std::optional<uint64_t> sequence;       // as the kernel numbers its records
    std::optional<uint64_t> since_boot_us;  // the kernel's own stamp
    std::optional<int64_t> wall_us;         // UTC, since 1970; where the source has a wall clock's stamp
    bool continues = false;                 // kmsg's flag 'c': goes on where the record before it ended
    bool uncertain = false;                 // began amid other text: a process may have written it
    bool other = false;                     // not the kernel's, as far as is known (LogFilter::others)
    std::string_view caller;                // "T49": a task, "C0": a processor (CONFIG_PRINTK_CALLER)
    std::string_view text;                  // as the kernel wrote it, without a stamp; may be several lines
    std::string_view dictionary;            // lines "SUBSYSTEM=acpi", "DEVICE=+acpi:PNP0A03:00"
    LogPlace place;
};

// What could not be read; reading went on behind it.
struct LogDamage {
    LogPlace place;
    std::string what;  // "a line is longer than 65536 bytes: the rest of it is left out"
};

enum class LogKind {
    plain,    // text without any stamp: every line is a record
    kmsg,     // "6,339,5140900,-;text"
    dmesg,    // what dmesg prints, in any of its forms, and pstore's dumps
    json,     // dmesg --json
    syslog,   // "Nov 22 16:00:00 host kernel: text", or with an RFC 3339 stamp
    console,  // a serial line's capture: stamped lines amid other text
    journal,  // systemd's files
};

// Receives what a reader reads, in the order of the sources.
class LogSink {
 public:
    virtual ~LogSink() = default;
    // Records and damages that follow are from this file.
    virtual void source(const std::string& path, LogKind kind) = 0;
    // False: that is enough, reading ends.
    virtual bool record(const LogRecord& record) = 0;
    virtual void damage(const LogDamage& damage) = 0;
    // Asked before each record: is it needed, whether it holds a needle or not?
    virtual bool wants_every_record() const { return false; }
};

// Which records to deliver. A reader finds what it seeks before it looks at lines: most of a log is passed
// over at grep's speed.
struct LogFilter {
    std::vector<std::string> needles;  // the text holds one of these, byte for byte; none: every record
    bool last_boot = false;            // of journals, only the boot that was written last, as journalctl -k
    bool every_file = false;           // of directories also what repeats another file, and all below them
    // Also what is not the kernel's: of system logs what programs wrote ("TAG[PID]: text"), of journals what
    // those wrote whose names are needles, of a console's capture lines without a stamp.
    bool others = false;

    bool accepts(std::string_view text) const;
};

// What was read, all sources together.
struct LogTally {
    uint64_t records = 0;  // delivered
    uint64_t others = 0;   // lines that are not the kernel's; with needles, only those that hold one
    uint64_t damages = 0;
    uint64_t unread = 0;  // of these: files that could not be read, or not to their end

    LogTally& operator+=(const LogTally& more);
};

}  // namespace earlybox
