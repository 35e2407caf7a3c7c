//! CIE L*a*b* (D50, as TIFF and ICC have it) to sRGB.

/// D50, ICC.1:2022 7.2.16.
const WHITE: [f32; 3] = [0.9642, 1.0, 0.8249];

/// XYZ of D50 to linear sRGB: the inverse of sRGB's primaries adapted by Bradford, as in every sRGB profile.
const TO_LINEAR: [[f32; 3]; 3] = [
    [3.133_856, -1.616_866_7, -0.490_614_6],
    [-0.978_768_4, 1.916_141_5, 0.033_454],
    [0.071_945_3, -0.228_991_4, 1.405_242_7],
];

/// Interleaved pixels: L* 0–65,535 for 0–100, a* and b* around 32,768 in 256ths.
pub(super) fn to_srgb(lab: &[u16]) -> Vec<u8> {
    lab.chunks_exact(3)
        .flat_map(|lab| {
            let l = f32::from(lab[0]) / 655.35;
            let [a, b] = [lab[1], lab[2]].map(|v| (f32::from(v) - 32_768.0) / 256.0);
            pixel(l, a, b)
        })
        .collect()
}

fn pixel(l: f32, a: f32, b: f32) -> [u8; 3] {
    let y = (l + 16.0) / 116.0;
    let cubes = [y + a / 500.0, y, y - b / 200.0].map(|t| {
        if t > 6.0 / 29.0 {
            t * t * t
        } else {
            (t - 4.0 / 29.0) * 3.0 * (6.0_f32 / 29.0).powi(2)
        }
    });
    let xyz = [0, 1, 2].map(|i| cubes[i] * WHITE[i]);
    TO_LINEAR.map(|row| {
        let linear: f32 = row.iter().zip(xyz).map(|(m, v)| m * v).sum();
        let encoded = if linear <= 0.003_130_8 {
            linear * 12.92
        } else {
            1.055 * linear.powf(1.0 / 2.4) - 0.055
        };
        // a colour outside sRGB becomes the nearest within, channel by channel
        (encoded * 255.0).round().clamp(0.0, 255.0) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of CIE's definitions, computed outside (D50, Bradford).
    #[test]
    fn known_colours_come_out() {
        for ((l, a, b), expected) in [
            ((100.0, 0.0, 0.0), [255, 255, 255]),
            ((0.0, 0.0, 0.0), [0, 0, 0]),
            ((53.585, 0.0, 0.0), [128, 128, 128]),
            ((54.29, 80.81, 69.89), [255, 0, 0]),
            ((87.82, -79.29, 80.99), [0, 255, 0]),
            ((29.57, 68.30, -112.03), [0, 0, 255]),
        ] {
            let actual = pixel(l, a, b);
            let near = actual.iter().zip(expected).all(|(a, e)| a.abs_diff(e) <= 1);
            assert!(near, "{l} {a} {b}: {actual:?}, not {expected:?}");
        }
    }
}
