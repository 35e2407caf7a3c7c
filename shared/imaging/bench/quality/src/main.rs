//! `quality FULL WIDTH HEIGHT [PICTURE WIDTH HEIGHT]…` prints one SSIMULACRA2 score a picture, a line each.
//!
//! Files are raw RGB, 8 bits. The reference of each picture is FULL, decoded at full size, shrunk to the picture's size
//! in one step with Lanczos3 in 32-bit floating point, and never rounded to 8 bits.

use std::error::Error;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::F32x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use ssimulacra2::{ColorPrimaries, Rgb, TransferCharacteristic, compute_frame_ssimulacra2};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut pictures = arguments.chunks(3).map(read);
    let full = pictures.next().ok_or("FULL WIDTH HEIGHT")??;
    for picture in pictures {
        let picture = picture?;
        let reference = shrunk(&full, picture.width, picture.height)?;
        println!("{:.2}", compute_frame_ssimulacra2(rgb(reference)?, rgb(picture)?)?);
    }
    Ok(())
}

struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<F32x3>,
}

fn read(arguments: &[String]) -> Result<Picture, Box<dyn Error>> {
    let [file, width, height] = arguments else {
        return Err("each picture is FILE WIDTH HEIGHT".into());
    };
    let (width, height) = (width.parse()?, height.parse()?);
    let bytes = std::fs::read(file)?;
    if bytes.len() != width as usize * height as usize * 3 {
        return Err(format!("{file} is not {width} × {height} pixels of RGB").into());
    }
    let value = |byte: u8| f32::from(byte) / 255.0;
    let pixels = bytes
        .chunks_exact(3)
        .map(|p| F32x3::new([value(p[0]), value(p[1]), value(p[2])]))
        .collect();
    Ok(Picture { width, height, pixels })
}

fn shrunk(full: &Picture, width: u32, height: u32) -> Result<Picture, Box<dyn Error>> {
    let source = TypedImageRef::new(full.width, full.height, &full.pixels)?;
    let mut target = TypedImage::<F32x3>::new(width, height);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize_typed(&source, &mut target, &options)?;
    let pixels = target.pixels().to_vec();
    Ok(Picture { width, height, pixels })
}

fn rgb(picture: Picture) -> Result<Rgb, Box<dyn Error>> {
    let pixels = picture.pixels.iter().map(|p| p.0.map(|v| v.clamp(0.0, 1.0))).collect();
    let (width, height) = (picture.width as usize, picture.height as usize);
    Ok(Rgb::new(pixels, width, height, TransferCharacteristic::SRGB, ColorPrimaries::BT709)?)
}
