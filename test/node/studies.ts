/** A study that is over in a moment: a site on one machine or on two, which crash and come back; and one whose second machine is slower to repair. */
export const SITE = `name: site
question: is a second machine worth it?
seed: 7
years: 200
yearsPerRun: 2
precision: 20%
sla: { availability: 99% }
system:
  hypervisor:
    systems: { p5: {} }
    guests: { a: { on: p5, os: linux }, b: { on: p5, os: linux } }
  service: { services: { site: { needs: [{ guest: a }] } } }
faults:
  crashes: { crash: [a, b], upFor: { exponential: 500h }, lasts: { exponential: 10h } }
variants:
  one: {}
  two:
    system: { service: { services: { site: { needs: [{ any: [{ guest: a }, { guest: b }] }] } } } }
`
/** Repairs take half as long again: about 3400 min/yr more. */
export const WORSE = SITE.replace('exponential: 10h', 'exponential: 15h')
