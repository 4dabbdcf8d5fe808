// SPDX-License-Identifier: MIT
#include "core/parse/log_time.h"

#include <algorithm>
#include <chrono>

namespace earlybox {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Exactly `count` digits.
std::optional<unsigned> take_digits(std::string_view& text, size_t count) {
    if (text.size() < count) return std::nullopt;
    unsigned number = 0;
    for (const char c : text.substr(0, count)) {
        if (!is_digit(c)) return std::nullopt;
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    text.remove_prefix(count);
    return number;
}

bool take_into(std::string_view& text, size_t count, unsigned& number) {
    const auto taken = take_digits(text, count);
    if (taken) number = *taken;
    return taken.has_value();
}

// "16:00:00"
bool take_clock(std::string_view& text, CivilTime& time) {
    return take_into(text, 2, time.hour) && take(text, ':') && take_into(text, 2, time.minute) &&
           take(text, ':') && take_into(text, 2, time.second);
}

// ".123456": digits after the sixth are passed over.
void take_fraction(std::string_view& text, char point, CivilTime& time) {
    if (text.size() < 2 || text[0] != point || !is_digit(text[1])) return;
    text.remove_prefix(1);
    uint32_t unit = 100'000;
    for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1)) {
        time.microsecond += static_cast<uint32_t>(text[0] - '0') * unit;
        unit /= 10;
    }
}

bool take_zone(std::string_view& text, CivilTime& time) {
    time.east_s = 0;
    if (take(text, 'Z')) return true;
    const bool west = text.starts_with('-');
    if (!west && !text.starts_with('+')) return false;
    text.remove_prefix(1);
    unsigned hours = 0;
    unsigned minutes = 0;
    if (!take_into(text, 2, hours)) return false;
    take(text, ':');
    if (!take_into(text, 2, minutes)) return false;
    time.east_s = static_cast<int32_t>(hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

bool take_month(std::string_view& text, CivilTime& time) {
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() < 3) return false;
    for (size_t at = 0; at < kMonths.size(); at += 3) {
        if (text.substr(0, 3) != kMonths.substr(at, 3)) continue;
        time.month = static_cast<unsigned>(at / 3 + 1);
        text.remove_prefix(3);
        return true;
    }
    return false;
}

// " 2" or "22"
bool take_day(std::string_view& text, CivilTime& time) {
    return take(text, ' ') ? take_into(text, 1, time.day) : take_into(text, 2, time.day);
}

bool take_year(std::string_view& text, CivilTime& time) {
    const auto year = take_digits(text, 4);
    if (year) time.year = static_cast<int>(*year);
    return year.has_value();
}

bool take_weekday(std::string_view& text) {
    for (const char* day : {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"})
        if (take(text, std::string_view(day))) return true;
    return false;
}

// Runs `reader` on a copy, so that nothing is taken where it fails.
template <class Reader>
std::optional<CivilTime> whole(std::string_view& text, Reader&& reader) {
    CivilTime time;
    std::string_view rest = text;
    if (!reader(rest, time)) return std::nullopt;
    text = rest;
    return time;
}

constexpr int64_t kDay = 86'400;

}  // namespace

bool take(std::string_view& text, char expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(1);
    return true;
}

bool take(std::string_view& text, std::string_view expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
    return true;
}

void take_spaces(std::string_view& text) {
    while (take(text, ' ')) {}
}

std::optional<uint64_t> take_number(std::string_view& text, size_t most) {
    uint64_t number = 0;
    size_t digits = 0;
    for (; digits < text.size() && is_digit(text[digits]); ++digits) {
        if (digits == most) return std::nullopt;
        number = number * 10 + static_cast<uint64_t>(text[digits] - '0');
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    return number;
}

std::optional<uint64_t> take_seconds(std::string_view& text) {
    std::string_view rest = text;
    const auto seconds = take_number(rest, 12);
    if (!seconds || !take(rest, '.')) return std::nullopt;
    const auto microseconds = take_digits(rest, 6);
    if (!microseconds || (!rest.empty() && is_digit(rest[0]))) return std::nullopt;
    text = rest;
    return *seconds * 1'000'000 + *microseconds;
}

std::optional<CivilTime> take_rfc3339(std::string_view& text, char point) {
    return whole(text, [point](std::string_view& rest, CivilTime& time) {
        if (!take_year(rest, time) || !take(rest, '-') || !take_into(rest, 2, time.month) ||
            !take(rest, '-') || !take_into(rest, 2, time.day) || !take(rest, 'T') || !take_clock(rest, time))
            return false;
        take_fraction(rest, point, time);
        return take_zone(rest, time);
    });
}

std::optional<CivilTime> take_rfc3164(std::string_view& text) {
    return whole(text, [](std::string_view& rest, CivilTime& time) {
        if (!take_month(rest, time) || !take(rest, ' ') || !take_day(rest, time) || !take(rest, ' '))
            return false;
        std::string_view behind_year = rest;
        if (CivilTime dated = time; take_year(behind_year, dated) && take(behind_year, ' ')) {
            time = dated;
            rest = behind_year;
        }
        if (!take_clock(rest, time)) return false;
        take_fraction(rest, '.', time);
        return true;
    });
}

std::optional<CivilTime> take_ctime(std::string_view& text) {
    return whole(text, [](std::string_view& rest, CivilTime& time) {
        return take_weekday(rest) && take(rest, ' ') && take_month(rest, time) && take(rest, ' ') &&
               take_day(rest, time) && take(rest, ' ') && take_clock(rest, time) && take(rest, ' ') &&
               take_year(rest, time);
    });
}

std::optional<CivilTime> take_minute(std::string_view& text) {
    return whole(text, [](std::string_view& rest, CivilTime& time) {
        return take_month(rest, time) && take_day(rest, time) && take(rest, ' ') &&
               take_into(rest, 2, time.hour) && take(rest, ':') && take_into(rest, 2, time.minute);
    });
}

int64_t WallClock::from_local(int64_t local_s) {
    constexpr int64_t kGrain = 900;
    if (const int64_t slot = local_s / kGrain; slot != slot_) {
        slot_ = slot;
        shift_ = to_utc_(slot * kGrain) - slot * kGrain;
    }
    return local_s + shift_;
}

std::optional<int64_t> WallClock::utc_us(const CivilTime& time) {
    using namespace std::chrono;
    if (time.hour > 23 || time.minute > 59 || time.second > 60) return std::nullopt;
    const int64_t clock = time.hour * 3600 + time.minute * 60 + time.second;
    const auto at_year = [&](int y) -> std::optional<int64_t> {
        const year_month_day date{year(y), month(time.month), day(time.day)};
        if (!date.ok()) return std::nullopt;
        const int64_t local_s = sys_days(date).time_since_epoch().count() * kDay + clock;
        return time.east_s ? local_s - *time.east_s : from_local(local_s);
    };
    std::optional<int64_t> seconds;
    if (time.year != 0) {
        seconds = at_year(time.year);
    } else {
        // The last year that is not too late; one day is for zones and clocks that were set. 29 February
        // comes around within eight years.
        const auto latest = floor<days>(sys_seconds(std::chrono::seconds(latest_s_)));
        const int last = static_cast<int>(year_month_day(latest).year());
        for (int y = last + 1; y >= last - 8 && !seconds; --y)
            if (const auto s = at_year(y); s && *s <= latest_s_ + kDay) seconds = s;
    }
    if (!seconds) return std::nullopt;
    return *seconds * 1'000'000 + time.microsecond;
}

}  // namespace earlybox
