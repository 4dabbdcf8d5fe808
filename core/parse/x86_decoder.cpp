// SPDX-License-Identifier: MIT
#include "core/parse/x86_decoder.h"

#include <initializer_list>

namespace earlybox {
namespace {

using Instruction = X86Instruction;
using Operand = X86Operand;
using Kind = X86Instruction::Kind;

// What follows an opcode.
enum Shape : uint8_t {
    kBare = 0,
    kModRm = 1,
    kByte = 2,      // an immediate of one byte
    kWord = 4,      // of two bytes
    kFull = 8,      // of the operand's size, at most four bytes
    kAddress = 16,  // a whole address
    kInvalid = 128,
};

struct ShapeRow {
    uint8_t first;
    uint8_t last;
    uint8_t shape;
};

struct ShapeTable {
    uint8_t rows[256];
    constexpr ShapeTable(uint8_t fallback, std::initializer_list<ShapeRow> list) : rows{} {
        for (uint8_t& row : rows) row = fallback;
        for (const ShapeRow& row : list)
            for (unsigned opcode = row.first; opcode <= row.last; ++opcode) rows[opcode] = row.shape;
    }
    constexpr uint8_t operator[](uint8_t opcode) const { return rows[opcode]; }
};

constexpr ShapeTable one_byte_shapes() {
    ShapeTable table(
        kBare, {{0x63, 0x63, kModRm},         {0x68, 0x68, kFull},          {0x69, 0x69, kModRm | kFull},
                {0x6a, 0x6a, kByte},          {0x6b, 0x6b, kModRm | kByte}, {0x70, 0x7f, kByte},
                {0x80, 0x80, kModRm | kByte}, {0x81, 0x81, kModRm | kFull}, {0x83, 0x83, kModRm | kByte},
                {0x84, 0x8f, kModRm},         {0xa0, 0xa3, kAddress},       {0xa8, 0xa8, kByte},
                {0xa9, 0xa9, kFull},          {0xb0, 0xb7, kByte},          {0xb8, 0xbf, kFull},
                {0xc0, 0xc1, kModRm | kByte}, {0xc2, 0xc2, kWord},          {0xc6, 0xc6, kModRm | kByte},
                {0xc7, 0xc7, kModRm | kFull}, {0xc8, 0xc8, kWord | kByte},  {0xca, 0xca, kWord},
                {0xcd, 0xcd, kByte},          {0xd0, 0xd3, kModRm},         {0xd8, 0xdf, kModRm},
                {0xe0, 0xe7, kByte},          {0xe8, 0xe9, kFull},          {0xeb, 0xeb, kByte},
                {0xf6, 0xf7, kModRm},         {0xfe, 0xff, kModRm}});
    for (const uint8_t opcode : {0x60, 0x61, 0x62, 0x82, 0x9a, 0xc4, 0xc5, 0xce, 0xd4, 0xd5, 0xd6, 0xea})
        table.rows[opcode] = kInvalid;
    for (unsigned row = 0; row < 0x40; row += 8) {  // add, or, adc, sbb, and, sub, xor, cmp
        for (unsigned form = 0; form < 4; ++form) table.rows[row + form] = kModRm;
        table.rows[row + 4] = kByte;
        table.rows[row + 5] = kFull;
        table.rows[row + 6] = kInvalid;  // or a prefix, which was taken before
        table.rows[row + 7] = kInvalid;
    }
    return table;
}

constexpr ShapeTable kOneByte = one_byte_shapes();

// 0f …; also of the vector prefixes that name this map
constexpr ShapeTable kTwoBytes(
    kModRm, {{0x04, 0x04, kInvalid},       {0x05, 0x09, kBare},          {0x0a, 0x0a, kInvalid},
             {0x0b, 0x0b, kBare},          {0x0c, 0x0c, kInvalid},       {0x0e, 0x0e, kBare},
             {0x0f, 0x0f, kModRm | kByte}, {0x24, 0x27, kInvalid},       {0x30, 0x37, kBare},
             {0x36, 0x36, kInvalid},       {0x39, 0x39, kInvalid},       {0x3b, 0x3f, kInvalid},
             {0x70, 0x73, kModRm | kByte}, {0x77, 0x77, kBare},          {0x7a, 0x7b, kInvalid},
             {0x80, 0x8f, kFull},          {0xa0, 0xa2, kBare},          {0xa4, 0xa4, kModRm | kByte},
             {0xa8, 0xaa, kBare},          {0xac, 0xac, kModRm | kByte}, {0xba, 0xba, kModRm | kByte},
             {0xc2, 0xc2, kModRm | kByte}, {0xc4, 0xc6, kModRm | kByte}, {0xc8, 0xcf, kBare}});

enum Map : uint8_t { kMapOneByte, kMap0f, kMap0f38, kMap0f3a };

class Decoder {
 public:
    explicit Decoder(std::string_view code) : code_(code.substr(0, kLongestX86Instruction)) {}

    Instruction decode() {
        take_prefixes();
        take_opcode();
        uint8_t shape = shape_of_opcode();
        if ((shape & kModRm) != 0) take_modrm();
        // test is the one of its group that has an immediate
        const bool is_unary_group = map_ == kMapOneByte && (opcode_ == 0xf6 || opcode_ == 0xf7);
        if (is_unary_group && (modrm_ >> 3 & 7) < 2) shape |= opcode_ == 0xf6 ? kByte : kFull;
        take_immediate(shape);
        if (!valid_ || (shape & kInvalid) != 0) return {};
        Instruction instruction;
        instruction.kind = Kind::other;
        if (!vector_) interpret(instruction);
        instruction.length = static_cast<uint8_t>(at_);
        return instruction;
    }

 private:
    uint8_t take() {
        if (at_ < code_.size()) return static_cast<uint8_t>(code_[at_++]);
        valid_ = false;
        return 0;
    }

    int64_t take_number(unsigned size) {
        uint64_t number = 0;
        for (unsigned i = 0; i < size; ++i) number |= uint64_t{take()} << (8 * i);
        const unsigned unused = 64 - 8 * size;
        return size == 0 ? 0 : static_cast<int64_t>(number << unused) >> unused;
    }

    void take_prefixes() {
        for (; valid_; opcode_ = 0) {
            opcode_ = take();
            switch (opcode_) {
                case 0x66:
                    short_operand_ = true;
                    break;
                case 0x67:
                    short_address_ = true;
                    break;
                case 0xf2:
                case 0xf3:
                    repeat_ = opcode_;
                    break;
                case 0x64:
                case 0x65:
                    segment_ = true;
                    break;
                case 0x26:
                case 0x2e:
                case 0x36:
                case 0x3e:
                case 0xf0:
                    break;
                default:
                    if (opcode_ >> 4 != 4) return;
                    rex_ = opcode_;  // counts only directly before the opcode
                    opcode_ = take();
                    return;
            }
        }
    }

    void take_opcode() {
        map_ = kMapOneByte;
        if (opcode_ == 0x0f) {
            opcode_ = take();
            map_ = opcode_ == 0x38 ? kMap0f38 : opcode_ == 0x3a ? kMap0f3a : kMap0f;
            if (map_ != kMap0f) opcode_ = take();
            return;
        }
        unsigned payload = 0;
        if (opcode_ == 0xc5) payload = 1;  // VEX
        if (opcode_ == 0xc4) payload = 2;
        if (opcode_ == 0x62) payload = 3;  // EVEX
        if (payload == 0) return;
        vector_ = true;
        const uint8_t first = take();
        for (unsigned i = 1; i < payload; ++i) take();
        const unsigned map = payload == 1 ? kMap0f : payload == 2 ? first & 0x1f : first & 7;
        constexpr unsigned kHalfPrecision5 = 5;
        constexpr unsigned kHalfPrecision6 = 6;
        if (map == kHalfPrecision5)
            map_ = kMap0f;
        else if (map == kHalfPrecision6)
            map_ = kMap0f38;
        else if (map >= kMap0f && map <= kMap0f3a)
            map_ = static_cast<Map>(map);
        else
            valid_ = false;
        opcode_ = take();
    }

    uint8_t shape_of_opcode() const {
        switch (map_) {
            case kMapOneByte:
                return kOneByte[opcode_];
            case kMap0f:
                return kTwoBytes[opcode_];
            case kMap0f38:
                return kModRm;
            case kMap0f3a:
                break;
        }
        return kModRm | kByte;
    }

    void take_modrm() {
        modrm_ = take();
        const unsigned mode = modrm_ >> 6;
        const unsigned low = modrm_ & 7;
        const bool moves_control_register = map_ == kMap0f && opcode_ >= 0x20 && opcode_ <= 0x23;
        if (mode == 3 || moves_control_register) {
            place_.kind = Operand::Kind::reg;
            place_.reg = static_cast<uint8_t>(low | (rex_ & 1) << 3);
            return;
        }
        place_.kind = Operand::Kind::memory;
        place_.in_segment = segment_ || short_address_;
        unsigned base = low;
        if (low == 4) {
            const uint8_t sib = take();
            base = sib & 7;
            const unsigned index = (sib >> 3 & 7) | (rex_ & 2) << 2;
            if (index != 4) place_.index = static_cast<uint8_t>(index);
            place_.scale = static_cast<uint8_t>(1 << (sib >> 6));
        }
        if (mode == 0 && base == 5) {
            place_.counts_from_next = low == 5;
            place_.value = take_number(4);
            return;
        }
        place_.base = static_cast<uint8_t>(base | (rex_ & 1) << 3);
        place_.value = take_number(mode == 1 ? 1 : mode == 2 ? 4 : 0);
    }

    void take_immediate(uint8_t shape) {
        const bool is_wide = (rex_ & 8) != 0;
        if ((shape & kAddress) != 0) take_number(short_address_ ? 4 : 8);
        if ((shape & kWord) != 0) immediate_ = take_number(2);
        if ((shape & kByte) != 0) immediate_ = take_number(1);
        if ((shape & kFull) == 0) return;
        const bool is_move = map_ == kMapOneByte && opcode_ >= 0xb8 && opcode_ <= 0xbf;
        const bool is_distance =
            map_ == kMap0f || opcode_ == 0xe8 || opcode_ == 0xe9;  // never short, on Intel
        if (is_wide && is_move)
            immediate_ = take_number(8);
        else
            immediate_ = take_number(short_operand_ && !is_wide && !is_distance ? 2 : 4);
    }

    uint8_t width(bool is_byte) const { return is_byte ? 1 : (rex_ & 8) != 0 ? 8 : short_operand_ ? 2 : 4; }
    Operand reg() const {
        return {.kind = Operand::Kind::reg, .reg = static_cast<uint8_t>((modrm_ >> 3 & 7) | (rex_ & 4) << 1)};
    }
    Operand reg_in_opcode() const {
        return {.kind = Operand::Kind::reg, .reg = static_cast<uint8_t>((opcode_ & 7) | (rex_ & 1) << 3)};
    }
    Operand immediate() const { return {.kind = Operand::Kind::immediate, .value = immediate_}; }

    void set(Instruction& instruction, Kind kind, bool is_byte, Operand target, Operand source = {}) const {
        instruction.kind = kind;
        instruction.width = width(is_byte);
        instruction.target = target;
        instruction.source = source;
    }

    void interpret(Instruction& instruction) const {
        if (map_ == kMapOneByte) interpret_one_byte(instruction);
        if (map_ == kMap0f) interpret_two_bytes(instruction);
    }

    static Kind arithmetic(unsigned operation) {
        constexpr Kind kKinds[] = {Kind::add,         Kind::bitwise_or, Kind::other,        Kind::other,
                                   Kind::bitwise_and, Kind::subtract,   Kind::exclusive_or, Kind::compare};
        return kKinds[operation & 7];
    }

    void interpret_one_byte(Instruction& to) const {
        const bool is_byte = (opcode_ & 1) == 0;
        const unsigned extension = modrm_ >> 3 & 7;
        constexpr Operand kAccumulator = {.kind = Operand::Kind::reg};
        if (opcode_ < 0x40) {
            const Kind kind = arithmetic(opcode_ >> 3);
            const unsigned form = opcode_ & 7;
            if (form < 2) set(to, kind, is_byte, place_, reg());
            if (form == 2 || form == 3) set(to, kind, is_byte, reg(), place_);
            if (form > 3) set(to, kind, is_byte, kAccumulator, immediate());
            return;
        }
        if (opcode_ >> 4 == 5) {
            set(to, opcode_ < 0x58 ? Kind::push : Kind::pop, false, reg_in_opcode());
            return;
        }
        if (opcode_ >> 4 == 7) {
            to.condition = opcode_ & 15;
            set(to, Kind::jump_if, false, immediate());
            return;
        }
        if (opcode_ >> 4 == 0xb) {
            set(to, Kind::move, opcode_ < 0xb8, reg_in_opcode(), immediate());
            return;
        }
        switch (opcode_) {
            case 0x63:
                if (width(false) == 8) set(to, Kind::move_sign_extended, false, reg(), place_);
                break;
            case 0x80:
            case 0x81:
            case 0x83:
                set(to, arithmetic(extension), is_byte, place_, immediate());
                break;
            case 0x84:
            case 0x85:
                set(to, Kind::test, is_byte, place_, reg());
                break;
            case 0x88:
            case 0x89:
                set(to, Kind::move, is_byte, place_, reg());
                break;
            case 0x8a:
            case 0x8b:
                set(to, Kind::move, is_byte, reg(), place_);
                break;
            case 0x8d:
                set(to, Kind::load_address, false, reg(), place_);
                break;
            case 0x90:
                if ((rex_ & 1) == 0) to.kind = Kind::nop;  // else: xchg %rax,%r8
                break;
            case 0xa8:
            case 0xa9:
                set(to, Kind::test, is_byte, kAccumulator, immediate());
                break;
            case 0xc2:
            case 0xc3:
                to.kind = Kind::ret;
                break;
            case 0xc6:
            case 0xc7:
                if (extension == 0) set(to, Kind::move, is_byte, place_, immediate());
                break;
            case 0xcc:
                to.kind = Kind::trap;
                break;
            case 0xe8:
                set(to, Kind::call, false, immediate());
                break;
            case 0xe9:
            case 0xeb:
                set(to, Kind::jump, false, immediate());
                break;
            case 0xf6:
            case 0xf7:
                if (extension < 2) set(to, Kind::test, is_byte, place_, immediate());
                break;
            case 0xff:
                if (extension == 2) set(to, Kind::call, false, place_);
                if (extension == 4) set(to, Kind::jump, false, place_);
                break;
            default:
                break;
        }
    }

    void interpret_two_bytes(Instruction& to) const {
        if (opcode_ >> 4 == 8) {
            to.condition = opcode_ & 15;
            set(to, Kind::jump_if, false, immediate());
            return;
        }
        switch (opcode_) {
            case 0x0b:
                to.kind = Kind::trap;
                break;
            case 0x1e:
                if (repeat_ == 0xf3 && (modrm_ == 0xfa || modrm_ == 0xfb)) to.kind = Kind::nop;  // endbr
                break;
            case 0x1f:
                to.kind = Kind::nop;
                break;
            case 0xa3:
                set(to, Kind::bit_test, false, place_, reg());
                break;
            case 0xba:
                if ((modrm_ >> 3 & 7) == 4) set(to, Kind::bit_test, false, place_, immediate());
                break;
            default:
                break;
        }
    }

    std::string_view code_;
    size_t at_ = 0;
    bool valid_ = true;
    bool short_operand_ = false;
    bool short_address_ = false;
    bool segment_ = false;
    bool vector_ = false;
    uint8_t repeat_ = 0;
    uint8_t rex_ = 0;
    uint8_t opcode_ = 0;
    Map map_ = kMapOneByte;
    uint8_t modrm_ = 0;
    Operand place_;  // what ModRM names beside a register
    int64_t immediate_ = 0;
};

}  // namespace

X86Instruction decode_x86(std::string_view code) { return Decoder(code).decode(); }

}  // namespace earlybox
