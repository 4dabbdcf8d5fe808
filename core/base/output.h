// SPDX-License-Identifier: MIT
// Buffered output to a descriptor, or kept in memory for tests; and the two views of a record: text table,
// JSON line.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/text.h"

namespace earlybox {

class Output {
 public:
    explicit Output(int fd, bool unbuffered = false);
    static Output memory() { return Output(-1); }
    ~Output() { flush(); }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    template <class... Parts>
    void put(const Parts&... parts) {
        append(buffer_, parts...);
        if (unbuffered_ || buffer_.size() >= kFlushAt) flush();
    }
    template <class... Parts>
    void line(const Parts&... parts) {
        put(parts..., '\n');
    }
    // Writes out what is buffered. After the first failure nothing more is written, and error() keeps its
    // errno.
    void flush();
    int error() const { return error_; }
    bool terminal() const { return terminal_; }
    // Columns of the terminal behind it; 80 where there is none or it does not say.
    size_t width() const;
    // Memory only: all that was put so far.
    const std::string& text() const { return buffer_; }

 private:
    static constexpr size_t kFlushAt = 1 << 16;
    int fd_;
    int error_ = 0;
    bool unbuffered_;
    bool terminal_;
    std::string buffer_;
};

// What an applet reports: named values in order, as one JSON object. Bytes that are not UTF-8 become U+FFFD.
class Record {
 public:
    Record& add(std::string_view key, std::string_view text);
    Record& add(std::string_view key, const char* text) { return add(key, std::string_view(text)); }
    Record& add(std::string_view key, const std::string& text) { return add(key, std::string_view(text)); }
    Record& add(std::string_view key, const std::vector<std::string>& list);
    Record& add(std::string_view key, std::optional<uint64_t> number);  // null where there is none
    Record& add(std::string_view key, std::unsigned_integral auto number) {
        return add(key, std::optional<uint64_t>(number));
    }
    Record& add(std::string_view key, std::signed_integral auto number) { return add_signed(key, number); }
    Record& add(std::string_view key, bool truth);
    // A value that is JSON already: an object, a list, a number with decimals, null.
    Record& add_json(std::string_view key, std::string_view json);
    // On one line, without the newline.
    std::string json() const { return object_ + '}'; }

 private:
    void add_key(std::string_view key);
    Record& add_signed(std::string_view key, int64_t number);
    std::string object_ = "{";
};

// Rows of text in aligned columns, two spaces apart; the last column is not padded.
class Table {
 public:
    explicit Table(std::initializer_list<Piece> head) { row(head); }
    void row(std::initializer_list<Piece> cells);
    // A line of its own between the rows, as it is.
    void note(std::string_view line);
    void print(Output& out) const;

 private:
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace earlybox
