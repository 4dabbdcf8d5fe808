// SPDX-License-Identifier: MIT
#include "core/probe/journal_log.h"

#include <algorithm>

#include "core/parse/journal.h"
#include "core/sys/block_cache.h"
#include "core/sys/file.h"

namespace earlybox {
namespace {

constexpr uint32_t kKernelFacility = 0;

// journald's fields of an entry put back into the record that the kernel gave.
class Record {
 public:
    void read(JournalFile& file, bool by_program) {
        by_program_ = by_program;
        level_ = facility_ = stamp_ = std::nullopt;
        message_.clear(), identifier_.clear(), pid_.clear(), dictionary_.clear();
        for (size_t i = 0; i < file.fields(); ++i)
            if (const auto field = file.field(i, JournalFile::Fields::asked_for)) take(*field);
        const bool by_kernel = !by_program && facility_.value_or(kKernelFacility) == kKernelFacility;
        if (by_kernel || identifier_.empty()) return;
        const std::string pid = pid_.empty() ? "" : concat('[', pid_, ']');
        message_ = concat(identifier_, pid, ": ", message_);
    }

    const std::string& text() const { return message_; }

    LogRecord of(const JournalEntry& entry) const {
        LogRecord record;
        if (level_ && *level_ < 8) record.level = static_cast<uint8_t>(*level_);
        if (facility_ && *facility_ < 1 << 20) record.facility = static_cast<uint32_t>(*facility_);
        record.since_boot_us = stamp_;
        // What was logged before journald ran was received late.
        const uint64_t late = stamp_ && *stamp_ < entry.monotonic_us ? entry.monotonic_us - *stamp_ : 0;
        record.wall_us = static_cast<int64_t>(entry.realtime_us) - static_cast<int64_t>(late);
        record.other = by_program_;
        record.text = message_;
        record.dictionary = dictionary_;
        record.place.offset = entry.offset;
        return record;
    }

 private:
    void take(const JournalFile::Field& field) {
        constexpr std::string_view kKernelKey = "_KERNEL_";
        const auto value = field.value();
        switch (field.kind) {
            case JournalField::message:
                message_ = value;
                break;
            case JournalField::priority:
                level_ = parse_number(value);
                break;
            case JournalField::facility:
            case JournalField::kernel_facility:
                facility_ = parse_number(value);
                break;
            case JournalField::identifier:
                identifier_ = value;
                break;
            case JournalField::pid:
                pid_ = value;
                break;
            case JournalField::kernel_stamp:
                stamp_ = parse_number(value);
                break;
            case JournalField::kernel_key:
                append(dictionary_, dictionary_.empty() ? "" : "\n", field.text.substr(kKernelKey.size()));
                break;
            case JournalField::other:
            case JournalField::kernel_transport:
                break;
        }
    }

    std::optional<uint64_t> level_, facility_, stamp_;
    std::string message_, identifier_, pid_, dictionary_;
    bool by_program_ = false;
};

bool may_match(JournalFile& file, const LogFilter& filter) {
    if (filter.needles.empty()) return true;
    const auto message = file.find(JournalField::message);
    if (message && filter.accepts(message->value())) return true;
    return !file.has(JournalField::kernel_facility);  // else it may be in what journald split off
}

class JournalLog {
 public:
    explicit JournalLog(size_t most) { files_.reserve(most); }

    Result<> add(OpenJournal journal, const LogFilter& filter) {
        files_.push_back(TRY(CachedFile::open(std::move(journal.file), journal.path, cache_)));
        auto parsed = JournalFile::open(files_.back(), JournalFile::Entries::kernel);
        if (!parsed) {
            files_.pop_back();
            Error error = std::move(parsed).error();
            append(error.what, ": ", printable(journal.path));
            return std::unexpected(std::move(error));
        }
        journals_.push_back(std::move(*parsed));
        sources_.push_back({journal.path, false});
        if (filter.others) add_programs(filter.needles, journal.path);
        return {};
    }

    LogTally read(const LogFilter& filter, LogSink& sink) {
        const auto boot = filter.last_boot ? last_boot() : std::nullopt;
        LogTally tally;
        JournalMerge merge(journals_);
        const std::string* source = nullptr;
        while (JournalFile* const journal = merge.next()) {
            const auto& [path, by_program] = sources_[static_cast<size_t>(journal - journals_.data())];
            if (!source || *source != path) sink.source(path, LogKind::journal);
            source = &path;
            if ((!boot || journal->entry().boot == *boot) &&
                (sink.wants_every_record() || may_match(*journal, filter))) {
                record_.read(*journal, by_program);
                if (sink.wants_every_record() || filter.accepts(record_.text())) {
                    ++tally.records;
                    if (!sink.record(record_.of(journal->entry()))) return tally;
                }
            }
            deliver(journal->take_damages(), sink, tally);
        }
        for (size_t i = 0; i < journals_.size(); ++i) {
            const auto damages = journals_[i].take_damages();
            if (!damages.empty()) sink.source(sources_[i].path, LogKind::journal);
            deliver(damages, sink, tally);
        }
        return tally;
    }

 private:
    struct Source {
        std::string path;
        bool by_program;
    };

    // What the programs wrote whose names are sought is read beside the kernel's entries of the last file.
    void add_programs(const std::vector<std::string>& names, const std::string& path) {
        for (const auto& name : names)
            if (auto parsed = JournalFile::open(files_.back(), JournalFile::Entries::program, name)) {
                journals_.push_back(std::move(*parsed));
                sources_.push_back({path, true});
            }
    }

    std::optional<JournalId> last_boot() {
        std::vector<JournalFile> ends;
        for (auto& file : files_)
            if (auto journal = JournalFile::open(file, JournalFile::Entries::kernel);
                journal && journal->last())
                ends.push_back(std::move(*journal));
        const auto latest = std::ranges::max_element(ends, is_earlier);
        return latest == ends.end() ? std::nullopt : std::optional(latest->entry().boot);
    }

    static void deliver(const std::vector<JournalDamage>& damages, LogSink& sink, LogTally& tally) {
        tally.damages += damages.size();
        for (const auto& damage : damages) sink.damage({{.offset = damage.offset}, damage.what});
    }

    BlockCache cache_;
    std::vector<CachedFile> files_;
    std::vector<JournalFile> journals_;
    std::vector<Source> sources_;
    Record record_;
};

bool is_journal_name(std::string_view name) {
    return name.ends_with(".journal") || name.ends_with(".journal~");
}

}  // namespace

Result<std::vector<OpenJournal>> open_journals(const std::string& directory) {
    std::vector<OpenJournal> journals;
    const auto open = [&](const std::string& path) -> Result<> {
        journals.push_back({TRY(open_at(AT_FDCWD, path, O_RDONLY)), path});
        return {};
    };
    for (const auto& name : TRY(list_directory(directory))) {
        const std::string path = concat(directory, '/', name);
        if (is_journal_name(name)) TRY_VOID(open(path));
        const auto below = list_directory(path);
        if (!below) continue;
        for (const auto& machines : *below)
            if (is_journal_name(machines)) TRY_VOID(open(concat(path, '/', machines)));
    }
    return journals;
}

Result<LogTally> read_journals(std::vector<OpenJournal> journals, const LogFilter& filter, LogSink& sink) {
    JournalLog log(journals.size());
    LogTally unreadable;
    Error first;
    for (auto& journal : journals) {
        const std::string path = journal.path;
        auto added = log.add(std::move(journal), filter);
        if (added) continue;
        ++unreadable.damages;
        ++unreadable.unread;
        sink.source(path, LogKind::journal);
        sink.damage({{}, describe(added.error())});
        first = std::move(added).error();
    }
    if (!journals.empty() && unreadable.damages == journals.size()) return std::unexpected(std::move(first));
    return unreadable += log.read(filter, sink);
}

}  // namespace earlybox
