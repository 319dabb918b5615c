/* The compiled tables. The files in generated/MACHINE have one row a line, each by a macro; a row refers to another by a label.
 * Every file is included more than once: to number the labels, and to fill the arrays.
 */
#include "syscall_tables.h"

#define TEXT(path) #path
#define PATH(machine, name) TEXT(generated/machine/name.inc)
#define WITH(macro, ...) macro(__VA_ARGS__)
#define GENERATED(name) WITH(PATH, TL_MACHINE, name)

/* Names in the tables that are macros of the C implementation. */
#undef UINT64_MAX
#undef UINT32_MAX
#undef linux
#undef unix
#undef i386

/* Texts, each behind a byte with its length. The first is empty: offset 0 stands for none. */
struct tl_pool {
  char none[1];
#define S(key, text) char s_##key[sizeof(text)];
#include GENERATED(strings)
#undef S
};
/* Seen from outside it is tl_strings, an array of characters. */
extern const struct tl_pool tl_pool __asm__("tl_strings");
const struct tl_pool tl_pool = {
  "",
#define S(key, text) text,
#include GENERATED(strings)
#undef S
};
#define N(key) (__builtin_offsetof(struct tl_pool, s_##key) + 1)

/* Labels. A group of several rows has one for the first. */
enum {
  T_none,
#define T(label, ...) T_##label,
#include GENERATED(types)
#undef T
  T_count
};
#define GROUP(label, count) label, label##_last = label + (count) - 1,
enum {
  E_none,
#define S(...)
#define E(label, count, ...) GROUP(E_##label, count)
#include GENERATED(steps)
#undef E
#undef S
};
enum {
  R_none,
#define R(label, count, ...) GROUP(R_##label, count)
#include GENERATED(lists)
#undef R
};
enum {
  C_none,
#define C(...)
#define G(label, count, ...) GROUP(C_##label, count)
#include GENERATED(cases)
#undef G
#undef C
};
enum {
  W_none,
#define W(label, count, ...) GROUP(W_##label, count)
#include GENERATED(wide)
#undef W
};
#define V(...)
#define X(...)
#define P(...)
enum {
  SET_none,
#define SET(label, ...) SET_##label,
#include GENERATED(sets)
#undef SET
  SET_count
};
enum {
  N_none,
#define SET(label, name, unknown, kind, style, flags, count, offset32, count32, total) GROUP(N_##label, total)
#include GENERATED(sets)
#undef SET
};
#undef V
#undef X
#undef P
#define F(...)
enum {
  STRUCT_none,
#define STRUCT(label, ...) STRUCT_##label,
#include GENERATED(structs)
#undef STRUCT
  STRUCT_count
};
#define V(...)
enum {
  F_none,
#define STRUCT(label, name, shown, total, ...) GROUP(F_##label, total)
#include GENERATED(structs)
#undef STRUCT
#define A(label, count) GROUP(F_##label, count)
#include GENERATED(variants)
#undef A
};
#undef V
#define A(...)
enum {
  V_none,
#define V(label, ...) label,
#include GENERATED(variants)
#undef V
};
#undef A
#undef F
enum {
  K_none,
#define K(name, ...) K_##name,
#include GENERATED(calls)
#undef K
  K_count
};

/* Rows. What a row leaves out at its end is zero. */
const tl_type tl_types[] = {
  {0},
#define T(label, ...) T_(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0, 0, 0)
#define T_(kind, style, width, flags, text, a, b, c, d, ...) {TL_##kind, style, width, {text}, {flags}, 0, {{a, b, c, d}}},
#include GENERATED(types)
#undef T
};
const tl_step tl_steps[] = {
  {TL_END},
#define S(...) S_(__VA_ARGS__, 0, 0, 0)
#define S_(op, a, b, ...) {TL_##op, b, (uint32_t)(a)},
#define E(label, count, ...) __VA_ARGS__ {TL_END},
#include GENERATED(steps)
#undef E
#undef S
};
const uint32_t tl_args[] = {
  0,
#define R(label, count, ...) __VA_ARGS__,
#include GENERATED(lists)
#undef R
};
const tl_case tl_cases[] = {
  {0},
#define C(...) C_(__VA_ARGS__, 0, 0)
#define C_(value, target, abis, ...) {(int64_t)(value), target, abis},
#define G(label, count, ...) __VA_ARGS__
#include GENERATED(cases)
#undef G
#undef C
};
const int64_t tl_wide[] = {
  0,
#define W(label, count, ...) __VA_ARGS__,
#include GENERATED(wide)
#undef W
};
#define V(...)
#define X(...)
#define P(...)
const tl_set tl_sets[] = {
  {0},
#define SET(label, name, unknown, kind, style, flags, count, offset32, count32, total) \
  {__builtin_offsetof(struct tl_pool, name) + 1, unknown, N_##label, count, N_##label + offset32, count32, TL_##kind, \
   style, flags},
#include GENERATED(sets)
#undef SET
};
#undef V
#undef X
#undef P
const tl_entry tl_entries[] = {
  {0},
#define SET(...)
#define V(name, value) {(uint64_t)(value), 0, N(name)},
#define P(name, value, mask, set, shown) {value, mask, N(name), TL_ENTRY_FAMILY, shown, set},
#define X(name, mask, form, set, shift) {set, (uint64_t)(mask), N(name), TL_ENTRY_##form, shift},
#include GENERATED(sets)
#undef SET
#undef V
#undef X
#undef P
};
#define F(...)
const tl_struct tl_structs[] = {
  {0},
#define STRUCT(label, name, shown, total, size64, size32, flags, parameters, separator) \
  {__builtin_offsetof(struct tl_pool, name) + 1, F_##label, shown, size64, size32, flags, parameters, separator},
#include GENERATED(structs)
#undef STRUCT
};
#undef F
const tl_field tl_fields[] = {
  {0},
#define F(...) F_(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
#define F_(name, type, condition, offset64, offset32, size64, size32, bit, bits, flags, form, ...) \
  {name, type, condition, 0, offset64, offset32, size64, size32, bit, bits, flags, form},
#define STRUCT(...)
#include GENERATED(structs)
#undef STRUCT
#define A(...)
#define V(...)
#include GENERATED(variants)
#undef A
#undef V
#undef F
};
#define F(...)
#define A(...)
const tl_variant tl_variants[] = {
  {0},
#define V(...) V_(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
#define V_(label, first, count, selector, cases, case_count, otherwise, result, explained, explained_count, name, words, call, ...) \
  {first, count, selector, cases, case_count, otherwise, result, explained, explained_count, name, words, call},
#include GENERATED(variants)
#undef V
};
#undef A
#undef F
const tl_call tl_calls[] = {
  {0},
#define K(...) K_(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0, 0, 0)
#define K_(name, variant64, variant32, variant_marked, captures, count, page, kept, namespaces, flags, ...) \
  {N(name), variant64, variant32, variant_marked, captures, count, page, kept, namespaces, flags},
#include GENERATED(calls)
#undef K
};

/* Numbers. */
#define L(name)
enum {
  M_none,
#define ABI(name, label, count, ...) GROUP(M_##label, count)
#define M(...)
#include GENERATED(numbers)
#undef ABI
#undef M
  M_count
};
const tl_number tl_numbers[] = {
  {0},
#define ABI(...)
#define M(name, call, number, arguments, classes) {N(name), K_##call, number, arguments, 0, classes},
#include GENERATED(numbers)
#undef ABI
#undef M
};
const tl_abi tl_abis[] = {
#define ABI(name, label, count, ...) {N(name), M_##label, count, __VA_ARGS__},
#define M(...)
#include GENERATED(numbers)
#undef ABI
#undef L
#define ABI(...)
};
const uint32_t tl_class_names[] = {
#define L(name) N(name),
#include GENERATED(numbers)
#undef L
};
#undef ABI
#undef M

#define DIRECT(name) const uint16_t tl_direct_##name[] = {
#include GENERATED(direct)
#undef DIRECT

const uint32_t tl_type_count = T_count, tl_struct_count = STRUCT_count, tl_set_count = SET_count,
  tl_call_count = K_count, tl_number_count = M_count, tl_abi_count = sizeof tl_abis / sizeof *tl_abis,
  tl_class_count = sizeof tl_class_names / sizeof *tl_class_names;
const uint32_t tl_direct_counts[3] = {
  sizeof tl_direct_native / 2, sizeof tl_direct_compat / 2, sizeof tl_direct_marked / 2,
};
#include GENERATED(machine)
_Static_assert(M_count <= 65536, "tl_direct has 16 bits");

/* What errors are called, by number. */
const uint32_t tl_error_texts[] = {
#include GENERATED(errors)
};
const uint32_t tl_error_count = sizeof tl_error_texts / sizeof *tl_error_texts;

/* Types that Swift asks for by name. */
const tl_shared_type tl_shared_types[] = {
#define Y(name, type) {N(name), type},
#include GENERATED(shared)
#undef Y
};
const uint32_t tl_shared_type_count = sizeof tl_shared_types / sizeof *tl_shared_types;
