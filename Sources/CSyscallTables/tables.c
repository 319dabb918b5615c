#include "syscall_tables.h"
