package org.residuum.data.decode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.residuum.data.decode.bitmap.BmpPicture;
import org.residuum.data.decode.bitmap.PnmPicture;
import org.residuum.data.decode.bitmap.WbmpPicture;
import org.residuum.data.decode.gif.GifPicture;
import org.residuum.data.decode.jpeg.JpegPicture;
import org.residuum.data.decode.png.PngPicture;
import org.residuum.data.decode.reader.EncodedPicture;
import org.residuum.data.decode.reader.RefusedPictureException;
import org.residuum.data.decode.tiff.TiffPicture;
import org.residuum.data.decode.webp.WebpPicture;

/** The formats of picture files, told by content, never by the name. */
final class PictureFormat {
  private static final Set<String> HEIF =
      Set.of("heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1");

  /** Reads the header of a file of one format. */
  private interface Opener {
    EncodedPicture open(byte[] file) throws IOException;
  }

  /**
   * A format that is read.
   *
   * @param beginnings any of which opens a file, a dot standing for any byte
   */
  private record Read(Opener opener, String... beginnings) {}

  private static final List<Read> READ =
      List.of(
          new Read(JpegPicture::of, "\u00ff\u00d8\u00ff"),
          new Read(PngPicture::of, "\u0089PNG\r\n\u001a\n"),
          new Read(GifPicture::of, "GIF87a", "GIF89a"),
          new Read(WebpPicture::of, "RIFF....WEBP"),
          new Read(BmpPicture::of, "BM"),
          new Read(TiffPicture::of, "II*\0", "MM\0*", "II+\0", "MM\0+", "MM*\0", "II\0*"),
          new Read(PnmPicture::of, "P1", "P2", "P3", "P4", "P5", "P6"));

  /** Formats that are recognised and not read: a beginning and the name. */
  private static final String[][] NAMED = {
    {"\0\0\0\fjP  ", "JPEG 2000"},
    {"\u00ff\u004f\u00ff\u0051", "JPEG 2000"},
    {"\0\0\0\fJXL ", "JPEG XL"},
    {"\u00ff\n", "JPEG XL"},
    {"8BPS", "Photoshop (PSD)"},
    {"\0\0\1\0", "icon (ICO)"},
    {"\0\0\2\0", "cursor (CUR)"},
    {"icns", "icon (ICNS)"},
    {"%PDF", "PDF"},
    {"%!PS", "PostScript"},
    {"\u00c5\u00d0\u00d3\u00c6", "PostScript (EPS)"},
    {"P7", "PAM"},
    {"PF", "PFM"},
    {"Pf", "PFM"},
    {"v/1\1", "OpenEXR"},
    {"#?RADIANCE", "Radiance (HDR)"},
    {"#?RGBE", "Radiance (HDR)"},
    {"DDS ", "DirectDraw (DDS)"},
    {"qoif", "QOI"},
    {"FLIF", "FLIF"},
    {"BPG\u00fb", "BPG"},
    {"\u0001\u00da", "SGI"},
    {"\u0059\u00a6\u006a\u0095", "Sun raster"},
    {"\n\5", "PCX"},
    {"\n\2", "PCX"},
    {"\n\3", "PCX"},
    {"Image type: ", "IFUNC (IM)"},
    {"DanM", "Paint (MSP)"},
    {"LinS", "Paint (MSP)"},
    {"SIMPLE  =", "FITS"},
    {"AT&TFORM", "DjVu"},
    {"\u00d7\u00cd\u00c6\u009a", "Windows metafile (WMF)"},
    {"/* XPM */", "XPM"},
    {"#define ", "XBM"},
    {"gimp xcf", "GIMP (XCF)"}
  };

  private PictureFormat() {}

  /**
   * Reads the header.
   *
   * @throws IOException if the format is not read, or the header is damaged
   */
  static EncodedPicture open(byte[] file) throws IOException {
    for (Read format : READ) {
      for (String beginning : format.beginnings()) {
        if (begins(file, beginning)) {
          return format.opener().open(file);
        }
      }
    }
    Optional<String> name = unread(file);
    if (name.isPresent()) {
      throw RefusedPictureException.notRead(name.get());
    }
    if (WbmpPicture.isOne(file)) {
      return WbmpPicture.of(file);
    }
    throw new RefusedPictureException(
        "not in a known picture format", "replace it or leave it out");
  }

  private static boolean begins(byte[] file, String beginning) {
    if (file.length < beginning.length()) {
      return false;
    }
    for (int i = 0; i < beginning.length(); i++) {
      if (beginning.charAt(i) != '.' && beginning.charAt(i) != (file[i] & 255)) {
        return false;
      }
    }
    return true;
  }

  /** The name of a format that is recognised and not read. */
  private static Optional<String> unread(byte[] file) {
    int footer = Math.max(0, file.length - 18);
    if (new String(file, footer, file.length - footer, StandardCharsets.ISO_8859_1)
        .startsWith("TRUEVISION-XFILE.")) {
      return Optional.of("Targa (TGA)");
    }
    for (String[] named : NAMED) {
      if (begins(file, named[0])) {
        return Optional.of(named[1]);
      }
    }
    if (begins(file, "....ftyp") && file.length >= 12) {
      String brand = new String(file, 8, 4, StandardCharsets.ISO_8859_1);
      boolean avif = brand.equals("avif") || brand.equals("avis");
      return Optional.of(avif ? "AVIF" : HEIF.contains(brand) ? "HEIC" : "MP4 and other ISO media");
    }
    String text =
        new String(file, 0, Math.min(file.length, 1024), StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT);
    return text.contains("<svg") ? Optional.of("SVG") : Optional.empty();
  }
}
