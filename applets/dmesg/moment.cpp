// SPDX-License-Identifier: MIT
#include "applets/dmesg/moment.h"

#include <ctype.h>
#include <strings.h>

#include <algorithm>

#include "core/base/text.h"

namespace earlybox::dmesg {
namespace {

constexpr int64_t kSecond = 1000000;  // in microseconds
constexpr int64_t kHour = 3600 * kSecond;
constexpr int64_t kYear = 8766 * kHour;  // of 365.25 days

// The first that fits counts.
constexpr struct {
    std::string_view name;
    int64_t microseconds;
} kUnits[] = {
    {"seconds", kSecond},
    {"second", kSecond},
    {"sec", kSecond},
    {"s", kSecond},
    {"minutes", kHour / 60},
    {"minute", kHour / 60},
    {"min", kHour / 60},
    {"months", kYear / 12},
    {"month", kYear / 12},
    {"msec", 1000},
    {"ms", 1000},
    {"m", kHour / 60},
    {"hours", kHour},
    {"hour", kHour},
    {"hr", kHour},
    {"h", kHour},
    {"days", 24 * kHour},
    {"day", 24 * kHour},
    {"d", 24 * kHour},
    {"weeks", 168 * kHour},
    {"week", 168 * kHour},
    {"w", 168 * kHour},
    {"years", kYear},
    {"year", kYear},
    {"y", kYear},
    {"usec", 1},
    {"us", 1},
    {"", kSecond},
};

void skip_blanks(std::string_view& text) {
    while (!text.empty() && isspace(static_cast<unsigned char>(text[0]))) text.remove_prefix(1);
}

// Takes up to `most` digits off the front of `text`.
std::optional<int64_t> take_number(std::string_view& text, size_t most) {
    const auto digits = text.substr(0, std::min({text.find_first_not_of("0123456789"), text.size(), most}));
    const auto number = parse_number(digits);
    if (!number || *number > INT64_MAX) return std::nullopt;
    text.remove_prefix(digits.size());
    return static_cast<int64_t>(*number);
}

// ".75": millionths; nothing where no digit follows the point.
std::optional<int64_t> take_fraction(std::string_view& text) {
    if (!text.starts_with('.')) return 0;
    text.remove_prefix(1);
    int64_t millionths = 0;
    int64_t worth = 100000;
    const size_t before = text.size();
    for (; !text.empty() && isdigit(static_cast<unsigned char>(text[0])); worth /= 10) {
        millionths += (text[0] - '0') * worth;
        text.remove_prefix(1);
    }
    return text.size() == before ? std::nullopt : std::optional(millionths);
}

// "2h 30min", "1.5 days": microseconds.
std::optional<int64_t> parse_duration(std::string_view text) {
    int64_t sum = 0;
    skip_blanks(text);
    do {
        const auto whole = take_number(text, text.size());
        const auto fraction = take_fraction(text);
        if (!whole || !fraction) return std::nullopt;
        skip_blanks(text);
        const auto* const unit = std::ranges::find_if(
            kUnits, [&](const auto& candidate) { return text.starts_with(candidate.name); });
        text.remove_prefix(unit->name.size());
        int64_t product = 0;
        if (__builtin_mul_overflow(*whole, unit->microseconds, &product) ||
            __builtin_add_overflow(sum, product, &sum) ||
            __builtin_add_overflow(sum, *fraction * (unit->microseconds / 1000) / 1000, &sum))
            return std::nullopt;
        skip_blanks(text);
    } while (!text.empty());
    return sum;
}

// Fills in the fields that `format` has: %Y %y %m %d %H %M %S as in strptime(3), and literal characters.
bool match_time(std::string_view text, std::string_view format, struct tm& time) {
    for (; !format.empty(); format.remove_prefix(1)) {
        if (format[0] == ' ') {
            skip_blanks(text);
        } else if (format[0] != '%') {
            if (!text.starts_with(format[0])) return false;
            text.remove_prefix(1);
        } else {
            format.remove_prefix(1);
            const auto taken = take_number(text, format[0] == 'Y' ? 4 : 2);
            if (!taken) return false;
            const int number = static_cast<int>(*taken);
            const auto store = [number](int& field, int least, int most, int offset) {
                field = number + offset;
                return number >= least && number <= most;
            };
            const bool fits = format[0] == 'Y'   ? store(time.tm_year, 0, 9999, -1900)
                              : format[0] == 'y' ? store(time.tm_year, 0, 99, number < 69 ? 100 : 0)
                              : format[0] == 'm' ? store(time.tm_mon, 1, 12, -1)
                              : format[0] == 'd' ? store(time.tm_mday, 1, 31, 0)
                              : format[0] == 'H' ? store(time.tm_hour, 0, 23, 0)
                              : format[0] == 'M' ? store(time.tm_min, 0, 59, 0)
                                                 : store(time.tm_sec, 0, 61, 0);
            if (!fits) return false;
        }
    }
    return text.empty();
}

constexpr const char* kFormats[] = {
    "%y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%y-%m-%d %H:%M", "%Y-%m-%d %H:%M",
    "%y-%m-%d",          "%Y-%m-%d",          "%H:%M:%S",          "%H:%M",          "%Y%m%d%H%M%S",
};

constexpr const char* kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                 "Thursday", "Friday", "Saturday"};

// Takes "Sunday " or "sun " off the front of `text`; -1: there is no day's name.
int take_weekday(std::string_view& text) {
    const size_t blank = text.find(' ');
    for (int day = 0; day < 7 && blank != text.npos; ++day) {
        const std::string_view name = kDays[day];
        if ((blank != 3 && blank != name.size()) || strncasecmp(text.data(), name.data(), blank) != 0)
            continue;
        text.remove_prefix(blank + 1);
        return day;
    }
    return -1;
}

std::optional<int64_t> parse_date(std::string_view text, struct tm today) {
    const int weekday = take_weekday(text);
    for (const std::string_view format : kFormats) {
        struct tm time = today;
        if (format.find('S') == format.npos) time.tm_sec = 0;
        if (format.find('H') == format.npos) time.tm_hour = time.tm_min = 0;
        if (!match_time(text, format, time)) continue;
        const int64_t seconds = mktime(&time);
        if (seconds == -1 || (weekday >= 0 && time.tm_wday != weekday)) return std::nullopt;
        return seconds;
    }
    return std::nullopt;
}

void append_digits(std::string& to, int64_t number, size_t width, char fill = '0') {
    const std::string digits = concat(number);
    to.append(width > digits.size() ? width - digits.size() : 0, fill);
    to += digits;
}

void append_clock(std::string& to, const struct tm& time) {
    append_digits(to, time.tm_hour, 2);
    to += ':';
    append_digits(to, time.tm_min, 2);
}

int64_t fraction_of(int64_t time) { return (time % kSecond + kSecond) % kSecond; }

std::string_view month_name(const struct tm& time) {
    return std::string_view("JanFebMarAprMayJunJulAugSepOctNovDec")
        .substr(static_cast<size_t>(time.tm_mon) * 3, 3);
}

}  // namespace

std::optional<int64_t> parse_moment(std::string_view text, int64_t now) {
    const auto shifted = [now](std::optional<int64_t> by, int sign) -> std::optional<int64_t> {
        int64_t moment = 0;
        if (!by || __builtin_add_overflow(now * kSecond, sign * *by, &moment)) return std::nullopt;
        return std::max<int64_t>(moment, 0) / kSecond;
    };
    if (text == "now") return now;
    if (text.starts_with('+')) return shifted(parse_duration(text.substr(1)), 1);
    if (text.starts_with('-')) return shifted(parse_duration(text.substr(1)), -1);
    if (text.ends_with(" ago")) return shifted(parse_duration(text.substr(0, text.size() - 4)), -1);

    struct tm today = local_time(now * kSecond);
    today.tm_isdst = -1;
    const int days = text == "yesterday" ? -1 : text == "tomorrow" ? 1 : 0;
    if (days == 0 && text != "today") return parse_date(text, today);
    today.tm_mday += days;
    today.tm_hour = today.tm_min = today.tm_sec = 0;
    return mktime(&today);
}

struct tm local_time(int64_t time) {
    struct tm local{};
    const time_t seconds = (time - fraction_of(time)) / kSecond;
    if (localtime_r(&seconds, &local) == nullptr)
        local = {.tm_mday = 1, .tm_year = 70};  // more than years can count
    return local;
}

void append_ctime(std::string& to, const struct tm& time) {
    append(to, std::string_view(kDays[time.tm_wday]).substr(0, 3), ' ', month_name(time), ' ');
    append_digits(to, time.tm_mday, 2, ' ');
    to += ' ';
    append_clock(to, time);
    to += ':';
    append_digits(to, time.tm_sec, 2);
    append(to, ' ', time.tm_year + 1900);
}

void append_minute(std::string& to, const struct tm& time) {
    to += month_name(time);
    append_digits(to, time.tm_mday, 2, ' ');
    to += ' ';
    append_clock(to, time);
}

void append_iso(std::string& to, int64_t at) {
    const auto time = local_time(at);
    append_digits(to, time.tm_year + 1900, 4, ' ');
    to += '-';
    append_digits(to, time.tm_mon + 1, 2);
    to += '-';
    append_digits(to, time.tm_mday, 2);
    to += 'T';
    append_clock(to, time);
    to += ':';
    append_digits(to, time.tm_sec, 2);
    to += ',';
    append_digits(to, fraction_of(at), 6);
    const auto minutes = time.tm_gmtoff / 60;
    to += minutes < 0 && minutes / 60 != 0 ? '-' : '+';
    append_digits(to, std::abs(minutes / 60), 2);
    to += ':';
    append_digits(to, std::abs(minutes % 60), 2);
}

void append_seconds(std::string& to, int64_t microseconds, size_t width, Sign sign) {
    const uint64_t size =
        microseconds < 0 ? -static_cast<uint64_t>(microseconds) : static_cast<uint64_t>(microseconds);
    std::string number = microseconds < 0 ? "-" : sign == Sign::always ? "+" : "";
    append(number, size / kSecond, '.');
    append_digits(number, static_cast<int64_t>(size % kSecond), 6);
    to.append(width > number.size() ? width - number.size() : 0, ' ');
    to += number;
}

}  // namespace earlybox::dmesg
