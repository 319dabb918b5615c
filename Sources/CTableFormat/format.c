#include "table_format.h"
