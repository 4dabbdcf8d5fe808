// SPDX-License-Identifier: MIT
// The kernel's records in systemd's journals, as journalctl -k gives them.
#pragma once
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/parse/log_record.h"

namespace earlybox {

struct OpenJournal {
    Fd file;
    std::string path;
};

// The journals of a directory and of those in it (one for each machine), also those that journald gave up
// (.journal~); none where there are none. What cannot be opened is the error.
Result<std::vector<OpenJournal>> open_journals(const std::string& directory);

// Their records of the kernel, all files together in the order of time; 8 MiB of memory and one field. A text
// from user space that came through /dev/kmsg is put together again: "name[pid]: text". Wall stamps are
// reckoned from the kernel's own where journald was late. What cannot be read of a file is a damage; the
// error says that none of the files is a journal.
Result<LogTally> read_journals(std::vector<OpenJournal> journals, const LogFilter& filter, LogSink& sink);

}  // namespace earlybox
