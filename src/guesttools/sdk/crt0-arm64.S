/* crt0-arm64.S - the first instructions of a guest
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

        .section .text.start, "ax"
        .globl  _start
_start:
        /* x0: boot info */
        adrp    x1, aeg_stack_top
        add     x1, x1, :lo12:aeg_stack_top
        mov     sp, x1
        mov     x29, xzr
        mov     x30, xzr
        bl      aeg_start
        brk     #0

        .section .bss
        .balign 16
        .skip   65536
aeg_stack_top:

        .section .note.GNU-stack, "", %progbits
