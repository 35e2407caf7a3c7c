//! What a file may cost before it is refused, checked on its header alone.

use crate::{Format, Rejection};

/// The most a photograph may ask for. Every value is compared with what the header declares, before a decoder sees a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub max_bytes: u64,
    /// Pixels of the longer side.
    pub max_side: u32,
    /// Pixels altogether: a 60-megapixel camera and a stitched panorama pass.
    pub max_pixels: u64,
    /// Scans of a JPEG; an ordinary progressive one has about ten.
    pub max_scans: u32,
    /// Bytes of the embedded colour profile.
    pub max_icc: usize,
    /// Bytes of the EXIF block.
    pub max_exif: usize,
    /// Bytes of memory predicted for the whole job, the file included: 80 % of what the function has.
    pub max_memory: u64,
}

impl Limits {
    /// R-6.1's numbers, for a function with so many megabytes (2^20 bytes) of memory.
    #[must_use]
    pub fn for_function(megabytes: u32) -> Self {
        Self {
            max_bytes: 200_000_000,
            max_side: 65_500,
            max_pixels: 300_000_000,
            max_scans: 100,
            max_icc: 4_000_000,
            max_exif: 1_000_000,
            max_memory: (u64::from(megabytes) << 20) / 10 * 8,
        }
    }
}

impl Default for Limits {
    /// For a function with 2,048 MB.
    fn default() -> Self {
        Self::for_function(2_048)
    }
}

/// A scan walks every block of the picture, so a small file of many scans over a large picture is a time bomb that
/// neither limit sees alone. Generous: 45 megapixels in 88 scans.
const MAX_SCANNED_PIXELS: u64 = 4_000_000_000;

impl Limits {
    /// The picture's dimensions in pixels, as its header declares them.
    pub(crate) fn check_pixels(&self, width: u32, height: u32) -> Result<(), Rejection> {
        if width == 0 || height == 0 {
            return Err(Rejection::Damaged);
        }
        let pixels = u64::from(width) * u64::from(height);
        if width.max(height) > self.max_side || pixels > self.max_pixels {
            return Err(Rejection::TooLarge { width, height });
        }
        Ok(())
    }

    /// Scans of a JPEG of so many pixels.
    pub(crate) fn check_scans(&self, scans: u32, pixels: u64) -> Result<(), Rejection> {
        if scans > self.max_scans || u64::from(scans) * pixels > MAX_SCANNED_PIXELS.max(pixels) {
            return Err(Rejection::TooManyScans { scans });
        }
        Ok(())
    }

    /// Length of an embedded profile in bytes.
    pub(crate) fn check_icc(&self, bytes: usize) -> Result<(), Rejection> {
        if bytes > self.max_icc {
            return Err(Rejection::ProfileTooLarge { bytes });
        }
        Ok(())
    }

    /// Length of the EXIF block in bytes.
    pub(crate) fn check_exif(&self, bytes: usize) -> Result<(), Rejection> {
        if bytes > self.max_exif {
            return Err(Rejection::MetadataTooLarge { bytes });
        }
        Ok(())
    }

    /// Bytes of memory the job is predicted to take.
    pub(crate) fn check_memory(
        &self,
        predicted: u64,
        format: Format,
        width: u32,
        height: u32,
    ) -> Result<(), Rejection> {
        if predicted > self.max_memory {
            return Err(Rejection::TooMuchMemory {
                format,
                width,
                height,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// a bomb declares its size; the product of two legal sides can still be too much.
    #[test]
    fn sides_and_area_are_both_bounded() {
        let limits = Limits::default();
        assert_eq!(limits.check_pixels(9_504, 6_336), Ok(()));
        assert_eq!(limits.check_pixels(60_000, 4_000), Ok(()));
        assert_eq!(
            limits.check_pixels(65_500, 65_500),
            Err(Rejection::TooLarge {
                width: 65_500,
                height: 65_500
            })
        );
        assert_eq!(
            limits.check_pixels(65_501, 1),
            Err(Rejection::TooLarge {
                width: 65_501,
                height: 1
            })
        );
        assert_eq!(limits.check_pixels(0, 10), Err(Rejection::Damaged));
    }

    /// few scans over a large picture pass, many over the same do not.
    #[test]
    fn scans_are_bounded_by_count_and_by_work() {
        let limits = Limits::default();
        assert_eq!(limits.check_scans(12, 300_000_000), Ok(()));
        assert_eq!(limits.check_scans(100, 24_000_000), Ok(()));
        assert_eq!(
            limits.check_scans(100, 300_000_000),
            Err(Rejection::TooManyScans { scans: 100 })
        );
        assert_eq!(
            limits.check_scans(101, 1),
            Err(Rejection::TooManyScans { scans: 101 })
        );
    }
}
