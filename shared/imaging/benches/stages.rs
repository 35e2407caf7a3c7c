//! What each part of the way takes, and the whole: `cargo bench -p imaging`. The photographs are made here: a landscape of
//! waves with grain, 24 megapixels, about as many bytes as a camera's export.

use std::time::Duration;

use criterion::Criterion;
use imaging::{Limits, render, stages};
use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};

const WIDTH: usize = 6_000;
const HEIGHT: usize = 4_000;

fn photograph(subsampling: Subsampling) -> Vec<u8> {
    let mut state = 0x9E37_79B9_u32;
    let mut grain = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 27) as f32 - 16.0
    };
    let mut rgb = Vec::with_capacity(WIDTH * HEIGHT * 3);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let (u, v) = (x as f32 / 90.0, y as f32 / 70.0);
            let light = 128.0 + 50.0 * (u.sin() + (v + u / 3.0).sin()) + grain();
            rgb.extend([light * 1.1, light, light * 0.8 + 20.0].map(|v| v.clamp(0.0, 255.0) as u8));
        }
    }
    Encoder::new(&rgb, WIDTH, HEIGHT, PixelFormat::Rgb)
        .quality(92)
        .subsampling(subsampling)
        .encode()
        .expect("a picture of bytes can be encoded")
}

fn stages(criterion: &mut Criterion) {
    for (name, subsampling) in [("420", Subsampling::S420), ("444", Subsampling::S444)] {
        let file = photograph(subsampling);
        let file = file.as_slice();
        let mut group = criterion.benchmark_group(name);
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(3));
        for (part, side) in [("codes alone", 1), ("full", 8), ("half", 4), ("quarter", 2)] {
            group.bench_function(format!("decode, {part}"), |b| {
                b.iter(|| stages::decode(file, side).expect("it decodes"));
            });
        }
        group.bench_function("decode and shrink to 2048", |b| {
            b.iter(|| stages::reduce(file).expect("it decodes"));
        });
        let planes = stages::reduce(file).expect("it decodes");
        group.bench_function("shrink 2048 to 1280", |b| b.iter(|| planes.shrunk(1_280)));
        group.bench_function("colour, Display P3 at 2048", |b| {
            b.iter(|| planes.converted())
        });
        group.bench_function("encode 2048", |b| b.iter(|| planes.encoded()));
        group.bench_function("whole", |b| {
            b.iter(|| render(file, &Limits::default(), None).expect("it renders"));
        });
        group.finish();
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    stages(&mut criterion);
    criterion.final_summary();
}
