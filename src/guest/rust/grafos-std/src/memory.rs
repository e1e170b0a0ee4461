//! An allocator that never frees, since a tasklet runs once, and a panic that traps.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32;
use core::cell::UnsafeCell;
use core::panic::PanicInfo;

const PAGE_BYTES: usize = 65_536;

struct Bump {
    /// The first free byte, and the end of the memory that is ours.
    free: UnsafeCell<(usize, usize)>,
}

// A tasklet has one thread.
unsafe impl Sync for Bump {}

#[global_allocator]
static BUMP: Bump = Bump { free: UnsafeCell::new((0, 0)) };

unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let (free, end) = *self.free.get();
        let start = (free + layout.align() - 1) & !(layout.align() - 1);
        if let Some(wanted) = start.checked_add(layout.size()) {
            if start != 0 && wanted <= end {
                *self.free.get() = (wanted, end);
                return start as *mut u8;
            }
        }
        let pages = (layout.size() + layout.align() + PAGE_BYTES - 1) / PAGE_BYTES;
        let before = wasm32::memory_grow(0, pages);
        if before == usize::MAX {
            return core::ptr::null_mut();
        }
        // What grows after our own end continues it; else someone else's memory lies between.
        let base = before * PAGE_BYTES;
        let from = if base == end { free } else { base };
        let start = (from + layout.align() - 1) & !(layout.align() - 1);
        *self.free.get() = (start + layout.size(), base + pages * PAGE_BYTES);
        start as *mut u8
    }

    unsafe fn dealloc(&self, _at: *mut u8, _layout: Layout) {}
}

#[panic_handler]
fn panic(_info: &PanicInfo) -> ! {
    crate::host::log::error("the tasklet panicked");
    wasm32::unreachable()
}
