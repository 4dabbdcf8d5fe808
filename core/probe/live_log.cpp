// SPDX-License-Identifier: MIT
#include <errno.h>
#include <unistd.h>

#include "core/parse/log_text.h"
#include "core/probe/log_reader.h"
#include "core/sys/file.h"
#include "core/sys/klog.h"

namespace earlybox {
namespace {

Result<Fd> open_device(Machine& machine) {
    auto file = machine.open(kDevtmpfs, "kmsg", O_RDONLY | O_NONBLOCK);
    // A container's /dev is no devtmpfs, and cannot mount one.
    if (!file)
        if (auto node = open_at(AT_FDCWD, "/dev/kmsg", O_RDONLY | O_NONBLOCK)) return node;
    if (!file && file.error().code == ENOENT)
        file.error().cause = "this kernel is built without CONFIG_PRINTK";
    if (!file && file.error().code == EPERM && file.error().cause.empty())
        file.error().cause = "CAP_SYSLOG is missing, and kernel.dmesg_restrict is 1";
    return file;
}

int64_t as_it_is(int64_t seconds) { return seconds; }

// The kernel's own log has no stamps of a wall clock.
LogText reader_of(LogKind kind, const LogFilter& filter, LogSink& sink) {
    return LogText(kind, WallClock(0, as_it_is), filter, sink);
}

}  // namespace

Result<LiveLog> LiveLog::open(Machine& machine, Interface interface, Start start) {
    LiveLog log;
    if (interface == Interface::syslog) {
        TRY_VOID(klog(KlogAction::buffer_size));
        return log;
    }
    auto device = open_device(machine);
    if (!device) {
        if (interface == Interface::kmsg) return std::unexpected(std::move(device).error());
        TRY_VOID(klog(KlogAction::buffer_size));  // what it is refused for decides
        return log;
    }
    log.device_ = std::move(*device);
    if (start != Start::boot) lseek(log.device_.number(), 0, start == Start::now ? SEEK_END : SEEK_DATA);
    return log;
}

Result<LogTally> LiveLog::read(const LogFilter& filter, LogSink& sink) {
    std::string buffer;
    if (!device_) {
        auto reader = reader_of(LogKind::dmesg, filter, sink);
        buffer.resize(TRY(klog(KlogAction::buffer_size)));
        buffer.resize(TRY(klog(KlogAction::read_all, buffer.data(), buffer.size())));
        if (reader.add(buffer)) reader.finish();
        return reader.tally();
    }
    auto reader = reader_of(LogKind::kmsg, filter, sink);
    constexpr size_t kLongest =
        16384;  // twice what 5.10 to 6.12 give (CONSOLE_EXT_LOG_MAX, PRINTK_MESSAGE_MAX)
    buffer.resize(kLongest);
    uint64_t gaps = 0;
    while (true) {
        const auto got = read_some(device_.number(), buffer.data(), buffer.size(), "/dev/kmsg");
        // EPIPE: newer records overwrote the one that was due; the next read goes on behind the gap.
        if (!got && got.error().code == EPIPE) {
            ++gaps;
            sink.damage({.what = "records were overwritten by newer ones before they could be read"});
            continue;
        }
        if (!got && got.error().code != EAGAIN) return std::unexpected(got.error());
        if (!got || *got == 0 || !reader.add(std::string_view(buffer).substr(0, *got))) break;
    }
    reader.finish();
    LogTally tally = reader.tally();
    tally.damages += gaps;
    return tally;
}

Result<LogTally> read_kernel_log(Machine& machine, const LogFilter& filter, LogSink& sink) {
    if (machine.live()) {
        auto log = TRY(LiveLog::open(machine, LiveLog::Interface::any, LiveLog::Start::boot));
        return log.read(filter, sink);
    }
    auto copy = machine.open(kDevtmpfs, "kmsg");
    if (!copy && copy.error().code == ENOENT)
        copy.error().cause = "the captured tree holds no copy of /dev/kmsg";
    return read_log(TRY(std::move(copy)), machine.root() + "/dev/kmsg", filter, sink);
}

}  // namespace earlybox
