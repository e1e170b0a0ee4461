/** From which side a tab sees the lease. */
export type Role = 'lessor' | 'holder' | 'opener';

/** What somebody did or saw, for a step to be done. */
export type Deed = 'begun' | 'changed' | 'renewed' | 'shared' | 'ended' | 'refused';

export interface Step {
  readonly deed: Deed;
  readonly text: string;
}

/** What to do and to look at, by role. */
export const STEPS: Readonly<Record<Role, readonly Step[]>> = {
  holder: [
    { deed: 'begun', text: 'Take a lease from another tab.' },
    {
      deed: 'changed',
      text: 'Press +1. The number lies in the other tab, and you may change it as long as the lease lives.',
    },
    { deed: 'renewed', text: 'Renew it: the ring is full again, and the generation is one higher.' },
    { deed: 'shared', text: 'Share it, open the link in a third tab, and press +1 there too.' },
    { deed: 'ended', text: 'Let it run down. Or ask the tab that lends it to take it back.' },
    { deed: 'refused', text: 'Press +1 once more: it is refused, and the error says how the lease ended.' },
  ],
  lessor: [
    { deed: 'begun', text: 'Another tab takes a lease from this one. You learn who, for how long, and how much.' },
    { deed: 'renewed', text: 'Wait for its holder to renew it: only you decide whether that is granted.' },
    { deed: 'shared', text: 'See who opens it by a LeaseRef.' },
    { deed: 'ended', text: 'Take it back, at once or with 5 s of grace, and look at the other tabs.' },
  ],
  opener: [
    { deed: 'begun', text: 'You opened a lease that another tab took. Its time is not yours to prolong.' },
    { deed: 'changed', text: 'Press +1 and see the number change in the other tab.' },
    { deed: 'ended', text: 'Ask its holder to give it back, or wait until it runs down.' },
    { deed: 'refused', text: 'Press +1 once more: it is refused here too, and the error says how the lease ended.' },
  ],
};
