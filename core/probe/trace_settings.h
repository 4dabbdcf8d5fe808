// SPDX-License-Identifier: MIT
// Settings of the kernel's tracer as they are before a session changes them, and how they are put back.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/probe/tracefs.h"

namespace earlybox {

struct SavedSetting {
    std::string path;   // below tracefs' root: "current_tracer"
    std::string value;  // as it is written; a list's entries are separated by spaces
};

// The file is a list, such as set_ftrace_filter, which is emptied by opening it.
bool is_list_setting(std::string_view path);
// What has to be written to a file to have its present content again.
std::string setting_of(std::string_view path, std::string_view content);
Result<SavedSetting> read_setting(const Tracefs& tracefs, const std::string& path);
// Nothing is written where it is so already. True: it was not.
Result<bool> restore_setting(const Tracefs& tracefs, const SavedSetting& setting);

// Sessions of this process have this name; instances and groups of kprobes begin with it.
inline constexpr std::string_view kSessionPrefix = "earlybox-";
inline constexpr std::string_view kKprobePrefix = "earlybox_";
inline constexpr std::string_view kJournalSuffix = "-saved";

// A journal is an instance whose buffer holds markers: what was before. Pieces of it, each short enough for
// one write to trace_marker; and what they say, from the instance's "trace" file. The last of two that tell
// of one setting is the later one.
std::vector<std::string> journal_markers(const SavedSetting& setting);
std::vector<SavedSetting> parse_journal(std::string_view trace);

// Undoes what sessions of processes that are gone have left behind: a line for each change, "NAME: OLD ->
// NEW".
Result<std::vector<std::string>> undo_dead_sessions(const Tracefs& tracefs);
// Sets the shared tracer to what it is after booting; nothing where a session is at work on it.
Result<std::vector<std::string>> reset_shared_tracer(const Tracefs& tracefs);

// A lock that ends with the process: the descriptor on the directory that it is held on. The error is EAGAIN
// where somebody else has it.
Result<Fd> lock_trace_folder(const Tracefs& tracefs, const std::string& path);
Result<> remove_trace_instance(const Tracefs& tracefs, const std::string& name);

}  // namespace earlybox
