/* avmm-hv.c - the backends there are
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-hv.h"

#include <string.h>

const struct avmm_hv_ops * const avmm_hv_list[] = {
#ifdef __linux__
  &avmm_hv_kvm,
#endif
#ifdef AVMM_HAVE_UNICORN
  &avmm_hv_unicorn,
#endif
  NULL,
};

const struct avmm_hv_ops *
avmm_hv_lookup (const char *name)
{
  for (unsigned i = 0; avmm_hv_list[i] != NULL; i++)
    if (strcmp (avmm_hv_list[i]->name, name) == 0)
      return avmm_hv_list[i];

  return NULL;
}
