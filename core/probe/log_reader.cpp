// SPDX-License-Identifier: MIT
#include "core/probe/log_reader.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <memory>

#include "core/parse/dmesg_text.h"
#include "core/parse/log_names.h"
#include "core/parse/log_text.h"
#include "core/parse/unpack.h"
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
        if (!piece) source.damage = std::move(piece).error();
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
    if (struct stat status; fstat(file.number(), &status) == 0 && S_ISREG(status.st_mode))
        source.written_s = status.st_mtime;
    source.stream = unpacked(stream_of(std::move(file), shown));
    read_head(source);
    if (!source.kind) unpack_pstore(source);
    return source;
}

Result<LogTally> read_source(Source& source, const LogFilter& filter, LogSink& sink) {
    if (!source.kind)
        return failure(concat("read ", printable(source.shown)), 0,
                       "it is no log: neither text nor a journal");
    if (source.head.empty() && source.damage) return std::unexpected(*source.damage);
    sink.source(source.shown, *source.kind);
    LogText reader(*source.kind, WallClock(source.written_s, local_to_utc), filter, sink);
    uint64_t offset = source.head.size();
    bool more = reader.add(source.head);
    std::string().swap(source.head);
    while (more && !source.damage) {
        auto piece = source.stream->next();
        if (!piece) source.damage = std::move(piece).error();
        if (!piece || piece->empty()) break;
        offset += piece->size();
        more = reader.add(*piece);
    }
    if (more) reader.finish();
    LogTally tally = reader.tally();
    if (source.damage) {
        sink.damage({{.offset = offset}, one_line(*source.damage)});
        ++tally.damages;
    }
    return tally;
}

}  // namespace

Result<LogTally> read_log(Fd file, const std::string& shown, const LogFilter& filter, LogSink& sink) {
    Source source = open_source(std::move(file), shown);
    return read_source(source, filter, sink);
}

Result<LogTally> read_log(const std::string& path, const LogFilter& filter, LogSink& sink) {
    return read_log(TRY(open_at(AT_FDCWD, path, O_RDONLY)), path, filter, sink);
}

}  // namespace earlybox
