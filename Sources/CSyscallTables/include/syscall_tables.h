/* The compiled tables. Swift cannot see arrays of unknown size, so each has a function that gives one row. */
#ifndef TRAPLINE_SYSCALL_TABLES_H
#define TRAPLINE_SYSCALL_TABLES_H

#include "table_format.h"

/* The one place where a build chooses its machine: a folder in generated/. */
#if defined __x86_64__
#define TL_MACHINE x86_64
#elif defined __aarch64__
#define TL_MACHINE aarch64
#else
#error "tables/machines.tsv has no such machine"
#endif

#define TL_ROWS(row, array, one) \
  extern const row array[]; \
  static inline row one(uint32_t index) { return array[index]; }

TL_ROWS(tl_type, tl_types, tl_type_at)
TL_ROWS(tl_field, tl_fields, tl_field_at)
TL_ROWS(tl_struct, tl_structs, tl_struct_at)
TL_ROWS(tl_step, tl_steps, tl_step_at)
TL_ROWS(uint32_t, tl_args, tl_arg_at)       /* expressions: of parameters, captures, sizes */
TL_ROWS(tl_case, tl_cases, tl_case_at)
TL_ROWS(tl_set, tl_sets, tl_set_at)
TL_ROWS(tl_entry, tl_entries, tl_entry_at)
TL_ROWS(tl_variant, tl_variants, tl_variant_at)
TL_ROWS(tl_call, tl_calls, tl_call_at)
TL_ROWS(tl_number, tl_numbers, tl_number_at)
TL_ROWS(tl_abi, tl_abis, tl_abi_at)         /* the machine's first: native, compat, marked */
TL_ROWS(int64_t, tl_wide, tl_wide_at)
TL_ROWS(uint32_t, tl_class_names, tl_class_name_at)
TL_ROWS(uint32_t, tl_error_texts, tl_error_text_at) /* by errno; 0 = the tables have none */
TL_ROWS(tl_shared_type, tl_shared_types, tl_shared_type_at)

/* Each text ends with a NUL and has its length in the byte before it; offset 0 is empty and has none. */
extern const char tl_strings[];
static inline const char *tl_string_at(uint32_t offset) { return tl_strings + offset; }

/* Row counts, index 0 included. */
extern const uint32_t tl_type_count, tl_struct_count, tl_set_count, tl_call_count, tl_number_count, tl_abi_count,
  tl_class_count, tl_error_count, tl_shared_type_count;

/* How many ABIs the machine has, and what marks the numbers of the marked one's calls; 0 where there is none. */
extern const uint32_t tl_machine_abi_count, tl_mark;

/* For the machine's ABIs: index in tl_numbers of a call's number, without a mark; 0 when the ABI has none. */
extern const uint16_t tl_direct_native[], tl_direct_compat[], tl_direct_marked[];
extern const uint32_t tl_direct_counts[3];
static inline uint32_t tl_number_of(unsigned abi, uint64_t number) {
  if (abi > 2 || number >= tl_direct_counts[abi])
    return 0;
  return abi == 0 ? tl_direct_native[number] : abi == 1 ? tl_direct_compat[number] : tl_direct_marked[number];
}
#endif
