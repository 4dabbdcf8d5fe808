// SPDX-License-Identifier: MIT
#include "applets/trace-kernel/side_by_side.h"

#include <algorithm>

#include "core/abi/entry_abi.h"
#include "core/base/text.h"

namespace earlybox::trace_kernel {
namespace {

bool are_equal(const SideRow& a, const SideRow& b) { return a.depth == b.depth && a.label == b.label; }

struct Pair {
    const SideRow* left;  // nullptr: only the other side has a row here
    const SideRow* right;
};

// The longest common subsequence beside each other, what is between it alone. Longer sides are compared by
// pieces of this many rows.
constexpr size_t kPiece = 512;

void align(std::span<const SideRow> left, std::span<const SideRow> right, std::vector<Pair>& pairs) {
    const size_t columns = right.size() + 1;
    std::vector<uint16_t> common((left.size() + 1) * columns, 0);  // of what follows
    for (size_t i = left.size(); i-- > 0;)
        for (size_t j = right.size(); j-- > 0;)
            common[i * columns + j] =
                are_equal(left[i], right[j])
                    ? static_cast<uint16_t>(common[(i + 1) * columns + j + 1] + 1)
                    : std::max(common[(i + 1) * columns + j], common[i * columns + j + 1]);
    size_t i = 0, j = 0;
    while (i < left.size() || j < right.size()) {
        if (i < left.size() && j < right.size() && are_equal(left[i], right[j]))
            pairs.push_back({&left[i++], &right[j++]});
        else if (j == right.size() ||
                 (i < left.size() && common[(i + 1) * columns + j] >= common[i * columns + j + 1]))
            pairs.push_back({&left[i++], nullptr});
        else
            pairs.push_back({nullptr, &right[j++]});
    }
}

std::vector<Pair> aligned(std::span<const SideRow> left, std::span<const SideRow> right) {
    std::vector<Pair> pairs;
    while (!left.empty() || !right.empty()) {
        const size_t from_left = std::min(kPiece, left.size());
        const size_t from_right = std::min(kPiece, right.size());
        align(left.first(from_left), right.first(from_right), pairs);
        left = left.subspan(from_left);
        right = right.subspan(from_right);
    }
    // What stands alone on both sides between two equal rows shares lines.
    std::vector<Pair> shared;
    for (size_t at = 0; at < pairs.size();) {
        if (pairs[at].left && pairs[at].right) {
            shared.push_back(pairs[at++]);
            continue;
        }
        std::vector<const SideRow*> alone_left, alone_right;
        for (; at < pairs.size() && !(pairs[at].left && pairs[at].right); ++at)
            if (pairs[at].left)
                alone_left.push_back(pairs[at].left);
            else
                alone_right.push_back(pairs[at].right);
        for (size_t i = 0; i < std::max(alone_left.size(), alone_right.size()); ++i)
            shared.push_back({i < alone_left.size() ? alone_left[i] : nullptr,
                              i < alone_right.size() ? alone_right[i] : nullptr});
    }
    return shared;
}

std::string cell(const SideRow* row) {
    if (!row) return {};
    return concat(std::string(std::min(row->depth, 40U), ' '), printable(row->label),
                  row->remark.empty() ? "" : "  ", row->remark);
}

// Who calls the row's function: "do_syscall_64", or what calls from outside.
std::string caller_of(std::span<const SideRow> rows, size_t at) {
    const unsigned depth = at < rows.size() ? rows[at].depth : 0;
    for (size_t i = std::min(at, rows.size()); i-- > 0;)
        if (rows[i].depth < depth) return rows[i].label;
    return {};
}

bool is_entry_point(const SideRow& row) {
    return abi_of_function(row.label) && handled_call(row.label).empty();
}

// What an entry point leads to says more than that there are several.
std::string step(std::span<const SideRow> rows, size_t at) {
    if (at >= rows.size()) return "nothing more";
    while (is_entry_point(rows[at]) && at + 1 < rows.size() && rows[at + 1].depth > rows[at].depth) ++at;
    const std::string caller = caller_of(rows, at);
    return printable(caller.empty() ? rows[at].label : concat(caller, " → ", rows[at].label));
}

}  // namespace

int show_side_by_side(Context& context, const Side& left, const Side& right) {
    const auto parted = std::ranges::mismatch(left.rows, right.rows, are_equal);
    const auto common = static_cast<size_t>(parted.in1 - left.rows.begin());
    const bool differs = parted.in1 != left.rows.end() || parted.in2 != right.rows.end();
    const auto pairs = aligned(left.rows, right.rows);
    Output& out = context.out;
    if (context.json) {
        for (const Pair& pair : pairs) {
            Record record;
            record.add("left", pair.left ? pair.left->label : std::string())
                .add("right", pair.right ? pair.right->label : std::string())
                .add("depth", (pair.left ? pair.left : pair.right)->depth)
                .add("same", pair.left && pair.right && are_equal(*pair.left, *pair.right));
            out.line(record.json());
        }
        Record record;
        record.add("left", left.title).add("right", right.title).add("parts", differs);
        if (differs)
            record.add("left_step", step(left.rows, common)).add("right_step", step(right.rows, common));
        out.line(record.json());
        return differs ? kBadNews : kFine;
    }
    size_t width = columns(left.title);
    for (const SideRow& row : left.rows) width = std::max(width, columns(cell(&row)));
    out.line("  ", padded(printable(left.title), width), "   ", printable(right.title));
    for (const Pair& pair : pairs) {
        const bool is_same = pair.left && pair.right && are_equal(*pair.left, *pair.right);
        out.line(
            trimmed(concat(is_same ? "  " : "* ", padded(cell(pair.left), width), " | ", cell(pair.right))));
    }
    if (!differs) {
        out.line("both go the same way");
        return kFine;
    }
    if (common > 0) out.line("the same up to ", printable(left.rows[common - 1].label));
    out.line("they part at ", step(left.rows, common));
    out.line("      beside ", step(right.rows, common));
    return kBadNews;
}

}  // namespace earlybox::trace_kernel
