// SPDX-License-Identifier: MIT
#include "core/base/output.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace earlybox {

Output::Output(int fd, bool unbuffered)
    : fd_(fd), unbuffered_(unbuffered), terminal_(fd >= 0 && isatty(fd) != 0) {}

void Output::put_parts(uint64_t kinds, ...) {
    va_list words;
    va_start(words, kinds);
    append_list(buffer_, kinds, words);
    va_end(words);
    if (unbuffered_ || buffer_.size() >= kFlushAt) flush();
}

void Output::flush() {
    if (fd_ < 0) return;
    std::string_view rest = buffer_;
    while (!rest.empty() && error_ == 0) {
        const ssize_t written = ::write(fd_, rest.data(), rest.size());
        if (written >= 0)
            rest.remove_prefix(static_cast<size_t>(written));
        else if (errno != EINTR)
            error_ = errno;
    }
    buffer_.clear();
}

size_t Output::width() const {
    winsize size{};
    if (fd_ < 0 || ioctl(fd_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

namespace {

std::string json_string(std::string_view text) {
    std::string quoted = "\"";
    while (!text.empty()) {
        const auto c = static_cast<unsigned char>(text[0]);
        size_t length = 1;
        if (c == '"' || c == '\\') {
            append(quoted, '\\', text[0]);
        } else if (c == '\n') {
            quoted += "\\n";
        } else if (c == '\t') {
            quoted += "\\t";
        } else if (c < 0x20 || c == 0x7f) {
            append(quoted, "\\u", hex(c, 4));
        } else if (c < 0x80) {
            quoted += text[0];
        } else if ((length = utf8_length(text)) != 0) {
            quoted.append(text.substr(0, length));
        } else {
            length = 1;
            quoted += "\xef\xbf\xbd";
        }
        text.remove_prefix(length);
    }
    return quoted += '"';
}

}  // namespace

void Record::add_key(std::string_view key) {
    append(object_, object_.size() == 1 ? "" : ",", json_string(key), ':');
}

Record& Record::add(TextView key, TextView text) {
    add_key(key);
    object_ += json_string(text);
    return *this;
}

Record& Record::add(TextView key, const std::vector<std::string>& list) {
    add_key(key);
    object_ += '[';
    for (const auto& item : list) append(object_, &item == &list.front() ? "" : ",", json_string(item));
    object_ += ']';
    return *this;
}

Record& Record::add(TextView key, std::optional<uint64_t> number) {
    if (number) return add_number(key, *number);
    add_key(key);
    object_ += "null";
    return *this;
}

Record& Record::add_number(TextView key, uint64_t number) {
    add_key(key);
    append(object_, number);
    return *this;
}

Record& Record::add_signed(TextView key, int64_t number) {
    add_key(key);
    append(object_, number);
    return *this;
}

Record& Record::add(TextView key, bool truth) {
    add_key(key);
    object_ += truth ? "true" : "false";
    return *this;
}

Record& Record::add_json(TextView key, std::string_view json) {
    add_key(key);
    object_ += json;
    return *this;
}

void Table::row(std::initializer_list<Piece> cells) {
    auto& row = rows_.emplace_back();
    for (const Piece& cell : cells) row.emplace_back(cell.text);
}

void Table::note(std::string_view line) { rows_.emplace_back().emplace_back(line); }

void Table::print(Output& out) const {
    std::vector<size_t> widths;
    for (const auto& cells : rows_) {
        widths.resize(std::max(widths.size(), cells.size()));
        if (cells.size() == 1) continue;  // a note
        for (size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], columns(cells[i]));
    }
    for (const auto& cells : rows_) {
        std::string line;
        for (size_t i = 0; i < cells.size(); ++i)
            append(line, i == 0 ? "" : "  ", i + 1 < cells.size() ? padded(cells[i], widths[i]) : cells[i]);
        line.erase(line.find_last_not_of(' ') + 1);
        out.line(line);
    }
}

}  // namespace earlybox
