/* Registers of Cortex-M cores: SysTick, NVIC, System Control Block, debug, DWT, MPU.
 * Source: Arm v7-M Architecture Reference Manual DDI 0403E, section B3.2 and C1.6;
 * Arm v6-M Architecture Reference Manual DDI 0419E, section B3.2. Every name is an
 * lvalue. The core has only some of them; see the manuals. */
#ifndef TSFW_REGS_CORTEX_M_H
#define TSFW_REGS_CORTEX_M_H

#include <stdint.h>

#define TSFW_SCS(address) (*(volatile uint32_t *)(address))

/* SysTick, 24 bits, counts down. */
#define SYSTICK_CSR TSFW_SCS(0xe000e010u)
#define SYSTICK_CSR_ENABLE 0x00000001u
#define SYSTICK_CSR_TICKINT 0x00000002u
#define SYSTICK_CSR_CLKSOURCE 0x00000004u
#define SYSTICK_CSR_COUNTFLAG 0x00010000u
#define SYSTICK_RVR TSFW_SCS(0xe000e014u)
#define SYSTICK_CVR TSFW_SCS(0xe000e018u)
#define SYSTICK_CALIB TSFW_SCS(0xe000e01cu)

/* NVIC; n is the word, 32 interrupts each (IPR: 4 interrupts each). */
#define NVIC_ISER(n) TSFW_SCS(0xe000e100u + 4u * (n))
#define NVIC_ICER(n) TSFW_SCS(0xe000e180u + 4u * (n))
#define NVIC_ISPR(n) TSFW_SCS(0xe000e200u + 4u * (n))
#define NVIC_ICPR(n) TSFW_SCS(0xe000e280u + 4u * (n))
#define NVIC_IABR(n) TSFW_SCS(0xe000e300u + 4u * (n))
#define NVIC_IPR(n) TSFW_SCS(0xe000e400u + 4u * (n))

/* Statements for one interrupt number; one store each. */
#define TSFW_IRQ_ENABLE(irq) (NVIC_ISER((irq) >> 5) = 1u << ((irq) & 31u))
#define TSFW_IRQ_DISABLE(irq) (NVIC_ICER((irq) >> 5) = 1u << ((irq) & 31u))
#define TSFW_IRQ_PEND(irq) (NVIC_ISPR((irq) >> 5) = 1u << ((irq) & 31u))
#define TSFW_IRQ_CLEAR(irq) (NVIC_ICPR((irq) >> 5) = 1u << ((irq) & 31u))

/* System Control Block. */
#define SCB_CPUID TSFW_SCS(0xe000ed00u)
#define SCB_ICSR TSFW_SCS(0xe000ed04u)
#define SCB_ICSR_PENDSTCLR 0x02000000u
#define SCB_ICSR_PENDSTSET 0x04000000u
#define SCB_ICSR_PENDSVCLR 0x08000000u
#define SCB_ICSR_PENDSVSET 0x10000000u
#define SCB_VTOR TSFW_SCS(0xe000ed08u)
#define SCB_AIRCR TSFW_SCS(0xe000ed0cu)
#define SCB_AIRCR_VECTKEY 0x05fa0000u
#define SCB_AIRCR_SYSRESETREQ 0x00000004u
#define SCB_SCR TSFW_SCS(0xe000ed10u)
#define SCB_SCR_SLEEPONEXIT 0x00000002u
#define SCB_SCR_SLEEPDEEP 0x00000004u
#define SCB_SCR_SEVONPEND 0x00000010u
#define SCB_CCR TSFW_SCS(0xe000ed14u)
#define SCB_SHPR(n) TSFW_SCS(0xe000ed18u + 4u * (n))
#define SCB_SHCSR TSFW_SCS(0xe000ed24u)
#define SCB_CFSR TSFW_SCS(0xe000ed28u)
#define SCB_HFSR TSFW_SCS(0xe000ed2cu)
#define SCB_MMFAR TSFW_SCS(0xe000ed34u)
#define SCB_BFAR TSFW_SCS(0xe000ed38u)
#define SCB_CPACR TSFW_SCS(0xe000ed88u)
#define SCB_CPACR_FPU_FULL 0x00f00000u

/* Debug and trace. */
#define DHCSR TSFW_SCS(0xe000edf0u)
#define DHCSR_C_DEBUGEN 0x00000001u
#define DEMCR TSFW_SCS(0xe000edfcu)
#define DEMCR_TRCENA 0x01000000u
#define DWT_CTRL TSFW_SCS(0xe0001000u)
#define DWT_CTRL_CYCCNTENA 0x00000001u
#define DWT_CYCCNT TSFW_SCS(0xe0001004u)

/* Memory protection unit. */
#define MPU_TYPE TSFW_SCS(0xe000ed90u)
#define MPU_CTRL TSFW_SCS(0xe000ed94u)
#define MPU_RNR TSFW_SCS(0xe000ed98u)
#define MPU_RBAR TSFW_SCS(0xe000ed9cu)
#define MPU_RASR TSFW_SCS(0xe000eda0u)

#endif /* TSFW_REGS_CORTEX_M_H */
