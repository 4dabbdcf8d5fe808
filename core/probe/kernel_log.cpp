// SPDX-License-Identifier: MIT
#include "core/probe/kernel_log.h"

#include <errno.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/sys/file.h"

namespace earlybox {

Result<KernelLog> KernelLog::open(Machine& machine) {
    KernelLog log;
    auto file = machine.open(kDevtmpfs, "kmsg", O_RDONLY | O_NONBLOCK);
    // A container's /dev is no devtmpfs, and cannot mount one.
    if (!file && machine.live())
        if (auto node = open_at(AT_FDCWD, "/dev/kmsg", O_RDONLY | O_NONBLOCK)) file = std::move(node);
    if (!file) {
        if (file.error().code == ENOENT)
            file.error().cause = machine.live() ? "this kernel is built without CONFIG_PRINTK"
                                                : "the captured tree holds no copy of /dev/kmsg";
        return std::unexpected(std::move(file).error());
    }
    if (machine.live())
        log.device_ = std::move(*file);
    else
        log.text_ = TRY(read_all(file->number(), machine.root() + "/dev/kmsg"));
    return log;
}

std::optional<KmsgRecord> KernelLog::next() {
    while (true) {
        auto rest = std::string_view(text_).substr(taken_);
        auto record = next_kmsg_record(rest);
        taken_ = text_.size() - rest.size();
        if (record || !device_) return record;

        constexpr size_t kLongestRecord = 8192;  // 5.10 to 6.12 (CONSOLE_EXT_LOG_MAX, PRINTK_MESSAGE_MAX)
        text_.resize(kLongestRecord);
        taken_ = 0;
        const auto got = read_some(device_.number(), text_.data(), text_.size(), "/dev/kmsg");
        text_.resize(got.value_or(0));
        // EPIPE: newer records overwrote the one that was due; the next read goes on behind the gap.
        if (got ? *got == 0 : got.error().code != EPIPE) return std::nullopt;
    }
}

std::string LogLine::evidence() const {
    const auto first_line = std::string_view(text).substr(0, text.find('\n'));
    return concat("kernel log, ", microseconds / 1'000'000, " s: ", first_line);
}

Result<std::vector<LogLine>> find_logged(Machine& machine, std::initializer_list<std::string_view> parts) {
    auto log = TRY(KernelLog::open(machine));
    std::vector<LogLine> lines;
    while (auto record = log.next()) {
        const auto occurs = [&](std::string_view part) {
            return record->text.find(part) != record->text.npos;
        };
        if (record->facility == 0 && std::ranges::any_of(parts, occurs))
            lines.push_back({record->microseconds, std::move(record->text)});
    }
    return lines;
}

}  // namespace earlybox
