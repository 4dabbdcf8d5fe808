// SPDX-License-Identifier: MIT
#include "core/probe/log_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <memory>

#include "core/parse/dmesg_text.h"
#include "core/parse/log_names.h"
#include "core/parse/log_text.h"
#include "core/parse/unpack.h"
#include "core/probe/journal_log.h"
#include "core/sys/file.h"

namespace earlybox {
namespace {

// In the time zone of this process.
int64_t local_to_utc(int64_t local_s) {
    time_t seconds = local_s;
    tm parts{};
    gmtime_r(&seconds, &parts);
    parts.tm_isdst = -1;
    return mktime(&parts);
}

// What was read ahead, then the rest.
class Resumed : public ByteStream {
 public:
    Resumed(std::string head, std::unique_ptr<ByteStream> rest)
        : head_(std::move(head)), rest_(std::move(rest)) {}
    Result<std::string_view> next() override {
        if (!head_taken_ && !head_.empty()) {
            head_taken_ = true;
            return head_;
        }
        return rest_->next();
    }

 private:
    std::string head_;
    bool head_taken_ = false;
    std::unique_ptr<ByteStream> rest_;
};

// A file whose beginning was read.
struct Source {
    std::string shown;
    std::unique_ptr<ByteStream> stream;
    std::string head;
    std::optional<LogKind> kind;
    std::optional<PstoreHeading> heading;
    std::optional<Error> damage;  // in the head
    int64_t written_s = 0;        // when it was last written to
};

void read_head(Source& source) {
    constexpr size_t kHead = size_t{1} << 16;
    source.head.clear();
    while (source.head.size() < kHead) {
        auto piece = source.stream->next();
        if (!piece) source.damage = piece.error();
        if (!piece || piece->empty()) break;
        source.head.append(*piece);
    }
    source.kind = log_kind(source.head);
    source.heading = pstore_heading(std::string_view(source.head).substr(0, source.head.find('\n')));
}

// pstore keeps what it cannot unpack itself as the back end stored it: a naked deflate stream, which only its
// content tells.
void unpack_pstore(Source& source) {
    Source inside;
    inside.stream = unpacked(std::make_unique<TextStream>(source.head), Packing::deflate);
    read_head(inside);
    if (!inside.heading) return;
    source.stream =
        unpacked(std::make_unique<Resumed>(source.head, std::move(source.stream)), Packing::deflate);
    source.damage.reset();
    read_head(source);
}

Source open_source(Fd file, const std::string& shown) {
    Source source{.shown = shown, .written_s = time(nullptr)};
    struct stat status{};
    fstat(file.number(), &status);
    if (S_ISREG(status.st_mode)) source.written_s = status.st_mtime;
    if (S_ISCHR(status.st_mode)) fcntl(file.number(), F_SETFL, O_NONBLOCK);  // /dev/kmsg has no end
    source.stream = unpacked(stream_of(std::move(file), shown));
    read_head(source);
    if (!source.kind) unpack_pstore(source);
    return source;
}

Result<LogTally> read_source(Source& source, const LogFilter& filter, LogSink& sink) {
    const std::string attempt = concat("read ", printable(source.shown));
    if (source.head.empty() && source.damage) return std::unexpected(*source.damage);
    if (!source.kind) return failure(attempt, 0, "it is no log: neither text nor a journal");
    if (*source.kind == LogKind::journal)
        return failure(attempt, 0, "a journal that is packed, or comes through a pipe, cannot be read here",
                       "unpack it into a file");
    sink.source(source.shown, *source.kind);
    LogText reader(*source.kind, WallClock(source.written_s, local_to_utc), filter, sink);
    uint64_t offset = source.head.size();
    bool more = reader.add(source.head);
    std::string().swap(source.head);
    while (more && !source.damage) {
        auto piece = source.stream->next();
        if (!piece) source.damage = piece.error();
        if (!piece || piece->empty()) break;
        offset += piece->size();
        more = reader.add(*piece);
    }
    if (more) reader.finish();
    LogTally tally = reader.tally();
    if (source.damage && source.damage->code != EAGAIN) {
        sink.damage({.place = {.offset = offset}, .what = one_line(*source.damage)});
        ++tally.damages;
        ++tally.unread;
    }
    return tally;
}

bool is_journal_file(const Fd& file) {
    const auto magic = read_at(file.number(), 0, 8, "");
    return magic && log_kind(*magic) == LogKind::journal;
}

Result<LogTally> read_open_file(Fd file, const std::string& path, const LogFilter& filter, LogSink& sink) {
    if (is_journal_file(file)) {
        std::vector<OpenJournal> journal;
        journal.push_back({std::move(file), path});
        return read_journals(std::move(journal), filter, sink);
    }
    Source source = open_source(std::move(file), path);
    return read_source(source, filter, sink);
}

// A file of a directory, as far as its beginning tells.
struct Candidate {
    std::string name;
    int64_t written_s = 0;
    std::optional<PstoreHeading> heading;
};

struct Directory {
    std::vector<Candidate> logs;  // whose lines have stamps; by name
    std::vector<std::string> directories;
    std::vector<Error> refused;
};

Result<Directory> survey(int directory, const std::string& shown) {
    Directory found;
    for (const auto& name : TRY(list_directory_at(directory, ".", shown))) {
        const std::string file_shown = concat(shown, '/', name);
        auto file = open_at(directory, name, O_RDONLY | O_NONBLOCK, file_shown);
        struct stat status{};
        if (!file && (file.error().code == EACCES || file.error().code == EPERM))
            found.refused.push_back(std::move(file).error());
        if (!file || fstat(file->number(), &status) != 0) continue;
        if (S_ISDIR(status.st_mode)) found.directories.push_back(name);
        if (!S_ISREG(status.st_mode) || status.st_size == 0) continue;
        const Source source = open_source(std::move(*file), file_shown);
        if (source.kind && *source.kind != LogKind::plain && *source.kind != LogKind::journal)
            found.logs.push_back({name, source.written_s, source.heading});
    }
    return found;
}

// A panic's dump is cut into parts, all written within moments, of which the last in time is the first.
bool precedes(const Candidate& a, const Candidate& b) {
    constexpr int64_t kMoments = 2;
    if (std::abs(a.written_s - b.written_s) > kMoments) return a.written_s < b.written_s;
    if (a.heading->dump != b.heading->dump) return a.heading->dump < b.heading->dump;
    return a.heading->part > b.heading->part;
}

std::vector<std::string> dumps_in_order(const std::vector<Candidate>& logs) {
    std::vector<const Candidate*> dumps;
    for (const auto& log : logs) {
        if (!log.heading) continue;
        auto at = dumps.end();
        while (at != dumps.begin() && precedes(log, **(at - 1))) --at;
        dumps.insert(at, &log);
    }
    std::vector<std::string> names;
    for (const auto* dump : dumps) names.push_back(dump->name);
    return names;
}

// What to read of a directory: a pstore's dumps, then all other logs; but so that nothing is read twice: the
// dumps, else the log that has all of the kernel's lines, else everything.
std::vector<std::string> files_to_read(const std::vector<Candidate>& logs, bool every_file) {
    auto dumps = dumps_in_order(logs);
    if (!dumps.empty() && !every_file) return dumps;
    std::vector<std::string> names;
    for (const auto& log : logs)
        if (!log.heading) names.push_back(log.name);
    const auto families = log_families(names);
    if (!every_file)
        for (const char* name : {"kern.log", "syslog", "messages"})
            if (const auto family = std::ranges::find(families, name, &LogFamily::name);
                family != families.end())
                return family->files;
    for (const auto& family : families) dumps.insert(dumps.end(), family.files.begin(), family.files.end());
    return dumps;
}

// Remembers that the sink has enough, for the files that follow.
class UntilEnough : public LogSink {
 public:
    explicit UntilEnough(LogSink& sink) : sink_(sink) {}
    bool enough() const { return enough_; }
    void source(const std::string& path, LogKind kind) override { sink_.source(path, kind); }
    void damage(const LogDamage& damage) override { sink_.damage(damage); }
    bool record(const LogRecord& record) override {
        enough_ = !sink_.record(record);
        return !enough_;
    }
    bool wants_every_record() const override { return sink_.wants_every_record(); }

 private:
    LogSink& sink_;
    bool enough_ = false;
};

void unread(LogTally& tally, LogSink& sink, const Error& error) {
    sink.damage({.what = one_line(error)});
    ++tally.damages;
    ++tally.unread;
}

// The journals of a directory such as /var/log, if there are any.
LogTally read_directory_journals(const std::string& path, const LogFilter& filter, LogSink& sink) {
    LogTally tally;
    for (const auto& directory : {path, path + "/journal"}) {
        if (!exists(directory)) continue;
        auto journals = open_journals(directory);
        if (!journals) unread(tally, sink, journals.error());
        if (!journals || journals->empty()) continue;
        if (const auto read = read_journals(std::move(*journals), filter, sink))
            tally += *read;
        else
            unread(tally, sink, read.error());
    }
    return tally;
}

// systemd-pstore keeps a directory for each crash, and in it one for each dump.
constexpr unsigned kDeepest = 2;

// Nothing: there is no log in it.
Result<std::optional<LogTally>> read_directory(const Fd& directory, const std::string& shown, unsigned depth,
                                               const LogFilter& filter, UntilEnough& sink) {
    LogTally tally;
    // With every file, those of the directories below were read from above.
    if (depth == 0 || !filter.every_file) tally = read_directory_journals(shown, filter, sink);
    if (tally.records != 0 && !filter.every_file) return tally;
    const auto found = TRY(survey(directory.number(), shown));
    if (filter.every_file)
        for (const auto& error : found.refused) unread(tally, sink, error);
    bool any = tally.damages != 0 || tally.records != 0;
    const auto names = files_to_read(found.logs, filter.every_file);
    for (const auto& name : names) {
        if (sink.enough()) return tally;
        any = true;
        const std::string file_shown = concat(shown, '/', name);
        auto file = open_at(directory.number(), name, O_RDONLY, file_shown);
        const auto read = file ? read_open_file(std::move(*file), file_shown, filter, sink)
                               : Result<LogTally>(std::unexpected(file.error()));
        if (read)
            tally += *read;
        else
            unread(tally, sink, read.error());
    }
    if ((names.empty() || filter.every_file) && depth < kDeepest)
        for (const auto& name : found.directories) {
            if (sink.enough()) return tally;
            const std::string below_shown = concat(shown, '/', name);
            const auto folder = open_at(directory.number(), name, O_RDONLY, below_shown);
            const auto below = folder ? read_directory(*folder, below_shown, depth + 1, filter, sink)
                                      : Result<std::optional<LogTally>>(std::unexpected(folder.error()));
            if (!below)
                unread(tally, sink, below.error());
            else if (*below)
                tally += **below;
            any |= !below || *below;
        }
    if (!any) return std::nullopt;
    return tally;
}

}  // namespace

Result<LogTally> read_log(Fd file, const std::string& shown, const LogFilter& filter, LogSink& sink) {
    struct stat status{};
    if (fstat(file.number(), &status) != 0 || !S_ISDIR(status.st_mode))
        return read_open_file(std::move(file), shown, filter, sink);
    UntilEnough until_enough(sink);
    const auto tally = TRY(read_directory(file, shown, 0, filter, until_enough));
    if (!tally)
        return failure(
            concat("read ", printable(shown)), 0,
            "there is no log of the kernel in it: no journal, no pstore dump, no kern.log, syslog or messages");
    return *tally;
}

Result<LogTally> read_log(const std::string& path, const LogFilter& filter, LogSink& sink) {
    return read_log(TRY(open_at(AT_FDCWD, path, O_RDONLY)), path, filter, sink);
}

}  // namespace earlybox
