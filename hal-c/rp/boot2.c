/*
 * Second-stage boot of the RP2040: 256 bytes at the start of flash that the boot
 * ROM checks, copies to RAM and calls. Sets the flash interface up for fast
 * execution in place and enters the vector table behind it. RP2040 datasheet
 * 2.8.1.3, 4.10; commands: W25Q16JV datasheet, which other makers follow.
 *
 * The last word is the CRC-32 of the 252 bytes before it (hal-c/generate/boot2.ts);
 * a test compares. Every instruction has one encoding, so no assembler has a
 * choice that would change the sum.
 */

/*
 * 1. Plain SPI, 8-bit frames. Divider 4: at most 33 MHz from 133 MHz clk_sys, so
 *    any quad flash and any board keep up; sampling one clk_sys cycle late leaves
 *    room for the pads.
 * 2. The quad-enable bit (status register 2, bit 1) is set if it is not yet:
 *    write enable, then both status registers in one command (01h), which old and
 *    new parts know. The bits of register 1 are kept. The wait for the write is
 *    bounded; a part that is stuck fails visibly at the first fetch.
 * 3. One quad read (EBh) with mode bits A0h puts the flash into continuous read:
 *    from then on an access is address, mode and four dummy clocks on four wires
 *    (SPI_CTRLR0: 32 bits address + mode, no instruction, all of it quad).
 * 4. From the boot ROM lr is 0: on to the program. Otherwise this was a call
 *    to bring execution in place back after writing flash: return.
 */
__asm__(".pushsection .boot2, \"ax\", %progbits\n"
        ".syntax unified\n"
        ".thumb\n"
        ".balign 4\n"
        ".equ SSI_CTRLR0, 0x00\n"
        ".equ SSI_CTRLR1, 0x04\n"
        ".equ SSI_SSIENR, 0x08\n"
        ".equ SSI_BAUDR, 0x14\n"
        ".equ SSI_SR, 0x28\n"
        ".equ SSI_DR0, 0x60\n"
        ".equ SSI_RX_SAMPLE_DLY, 0xf0\n"
        ".equ SSI_SPI_CTRLR0, 0xf4\n"
        "boot2_start:\n"
        "    push {r4, r5, lr}\n"
        "    ldr r3, boot2_ssi\n"
        /* 1 */
        "    movs r0, #0\n"
        "    str r0, [r3, #SSI_SSIENR]\n"
        "    movs r0, #4\n"
        "    str r0, [r3, #SSI_BAUDR]\n"
        "    movs r0, #1\n"
        "    movs r1, #SSI_RX_SAMPLE_DLY\n"
        "    str r0, [r3, r1]\n"
        "    ldr r1, boot2_ctrlr0_spi\n"
        "    str r1, [r3, #SSI_CTRLR0]\n"
        "    str r0, [r3, #SSI_SSIENR]\n"
        /* 2 */
        "    movs r0, #0x35\n"
        "    movs r1, #2\n"
        "    bl boot2_transfer\n"
        "    movs r1, #2\n"
        "    tst r0, r1\n"
        "    bne boot2_quad\n"
        "    orrs r0, r0, r1\n"
        "    lsls r5, r0, #16\n"
        "    movs r0, #0x05\n"
        "    movs r1, #2\n"
        "    bl boot2_transfer\n"
        "    lsls r0, r0, #8\n"
        "    orrs r5, r5, r0\n"
        "    movs r0, #0x06\n"
        "    movs r1, #1\n"
        "    bl boot2_transfer\n"
        "    movs r0, #0x01\n"
        "    orrs r0, r0, r5\n"
        "    movs r1, #3\n"
        "    bl boot2_transfer\n"
        "    movs r5, #1\n"
        "    lsls r5, r5, #14\n" /* 16384 polls of at least 64 clocks each: over 30 ms at 33 MHz */
        "boot2_busy:\n"
        "    movs r0, #0x05\n"
        "    movs r1, #2\n"
        "    bl boot2_transfer\n"
        "    lsls r0, r0, #31\n"
        "    beq boot2_quad\n"
        "    subs r5, r5, #1\n"
        "    bne boot2_busy\n"
        /* 3 */
        "boot2_quad:\n"
        "    movs r0, #0\n"
        "    str r0, [r3, #SSI_SSIENR]\n"
        "    str r0, [r3, #SSI_CTRLR1]\n"
        "    ldr r1, boot2_ctrlr0_quad\n"
        "    str r1, [r3, #SSI_CTRLR0]\n"
        "    movs r5, #SSI_SPI_CTRLR0\n"
        "    ldr r1, boot2_spi_ctrlr0_enter\n"
        "    str r1, [r3, r5]\n"
        "    movs r0, #1\n"
        "    str r0, [r3, #SSI_SSIENR]\n"
        "    movs r1, #0xeb\n"
        "    str r1, [r3, #SSI_DR0]\n"
        "    movs r1, #0xa0\n"
        "    str r1, [r3, #SSI_DR0]\n"
        "    bl boot2_wait\n"
        "    movs r0, #0\n"
        "    str r0, [r3, #SSI_SSIENR]\n"
        "    ldr r1, boot2_spi_ctrlr0_continue\n"
        "    str r1, [r3, r5]\n"
        "    movs r0, #1\n"
        "    str r0, [r3, #SSI_SSIENR]\n"
        /* 4 */
        "    pop {r4, r5}\n"
        "    pop {r0}\n"
        "    cmp r0, #0\n"
        "    bne boot2_return\n"
        "    ldr r0, boot2_vectors\n"
        "    ldr r1, boot2_vtor\n"
        "    str r0, [r1]\n"
        "    ldr r1, [r0]\n"
        "    msr msp, r1\n"
        "    ldr r0, [r0, #4]\n"
        "boot2_return:\n"
        "    bx r0\n"
        /* Sends r1 bytes of r0, the lowest first; r0 = the last byte received. */
        "boot2_transfer:\n"
        "    mov r4, r1\n"
        "boot2_send:\n"
        "    str r0, [r3, #SSI_DR0]\n"
        "    lsrs r0, r0, #8\n"
        "    subs r1, r1, #1\n"
        "    bne boot2_send\n"
        "    mov r12, lr\n"
        "    bl boot2_wait\n"
        "boot2_receive:\n"
        "    ldr r0, [r3, #SSI_DR0]\n"
        "    subs r4, r4, #1\n"
        "    bne boot2_receive\n"
        "    bx r12\n"
        /* Until the FIFO is empty (TFE, bit 2) and the line idle (BUSY, bit 0), or
         * 1024 looks, ten times what the longest transfer takes. */
        "boot2_wait:\n"
        "    movs r2, #1\n"
        "    lsls r2, r2, #10\n"
        "boot2_look:\n"
        "    ldr r0, [r3, #SSI_SR]\n"
        "    movs r1, #5\n"
        "    ands r0, r0, r1\n"
        "    cmp r0, #4\n"
        "    beq boot2_idle\n"
        "    subs r2, r2, #1\n"
        "    bne boot2_look\n"
        "boot2_idle:\n"
        "    bx lr\n"
        ".balign 4, 0\n"
        "boot2_ssi: .word 0x18000000\n"
        "boot2_ctrlr0_spi: .word 7 << 16\n"                           /* DFS_32 = 8 bits */
        "boot2_ctrlr0_quad: .word 2 << 21 | 31 << 16 | 3 << 8\n"      /* quad, 32 bits, EEPROM read */
        "boot2_spi_ctrlr0_enter: .word 4 << 11 | 2 << 8 | 8 << 2 | 1\n" /* 8-bit instruction on one wire */
        "boot2_spi_ctrlr0_continue: .word 0xa0 << 24 | 4 << 11 | 8 << 2 | 2\n"
        "boot2_vectors: .word 0x10000100\n"
        "boot2_vtor: .word 0xe000ed08\n"
        ".org boot2_start + 252, 0\n"
        "boot2_checksum: .word 0x10a36fcd\n"
        ".popsection\n");
