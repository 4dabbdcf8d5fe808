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
    [[gnu::always_inline]] void put(const Parts&... values) {
        put_parts(parts::kinds<Parts...>(), parts::word(values)...);
    }
    template <class... Parts>
    [[gnu::always_inline]] void line(const Parts&... values) {
        put_parts(parts::kinds<Parts...>(parts::newline), parts::word(values)...);
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
    void put_parts(uint64_t kinds, ...);
    int fd_;
    int error_ = 0;
    bool unbuffered_;
    bool terminal_;
    std::string buffer_;
};

// What an applet reports: named values in order, as one JSON object. Bytes that are not UTF-8 become U+FFFD.
class Record {
 public:
    Record& add(TextView key, TextView text);
    [[gnu::always_inline]] Record& add(TextView key, const char* text) { return add(key, TextView(text)); }
    Record& add(TextView key, const std::vector<std::string>& list);
    Record& add(TextView key, std::optional<uint64_t> number);  // null where there is none
    [[gnu::always_inline]] Record& add(TextView key, std::unsigned_integral auto number) {
        return add_number(key, number);
    }
    [[gnu::always_inline]] Record& add(TextView key, std::signed_integral auto number) {
        return add_signed(key, number);
    }
    Record& add(TextView key, bool truth);
    // A value that is JSON already: an object, a list, a number with decimals, null.
    Record& add_json(TextView key, std::string_view json);
    // On one line, without the newline.
    std::string json() const { return object_ + '}'; }

 private:
    void add_key(std::string_view key);
    Record& add_number(TextView key, uint64_t number);
    Record& add_signed(TextView key, int64_t number);
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
