package org.residuum.ptx.number;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.residuum.ptx.Snippet;

class IntegerArithmeticTest {
  private static final int N = 1024;

  private interface Int3 {
    int of(int x, int y, int z);
  }

  private interface Long3 {
    long of(long x, long y, long z);
  }

  private static void check32(String code, Int3 want) {
    Samples samples = new Samples(code);
    long[] x = samples.integers(N, 32);
    long[] y = samples.integers(N, 32);
    long[] z = samples.integers(N, 32);
    long[] d = Snippet.map(code, "b32", "b32", x, y, z);
    for (int i = 0; i < N; i++) {
      int a = (int) x[i];
      int b = (int) y[i];
      int c = (int) z[i];
      assertEquals(want.of(a, b, c), (int) d[i], code + " " + a + ", " + b + ", " + c);
    }
  }

  private static void check64(String code, Long3 want) {
    Samples samples = new Samples(code);
    long[] x = samples.integers(N, 64);
    long[] y = samples.integers(N, 64);
    long[] z = samples.integers(N, 64);
    long[] d = Snippet.map(code, "b64", "b64", x, y, z);
    for (int i = 0; i < N; i++) {
      assertEquals(want.of(x[i], y[i], z[i]), d[i], code + " " + x[i] + ", " + y[i] + ", " + z[i]);
    }
  }

  @Test
  void sumsAndProductsWrap() {
    check32("add.s32 %d, %x, %y;", (x, y, z) -> x + y);
    check32(
        "sub.sat.s32 %d, %x, %y;",
        (x, y, z) -> (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, (long) x - y)));
    check32("mul.lo.s32 %d, %x, %y;", (x, y, z) -> x * y);
    check32("mul.hi.s32 %d, %x, %y;", (x, y, z) -> (int) (((long) x * y) >> 32));
    check32(
        "mul.hi.u32 %d, %x, %y;",
        (x, y, z) -> (int) (((x & 0xffffffffL) * (y & 0xffffffffL)) >>> 32));
    check32("mad.lo.s32 %d, %x, %y, %z;", (x, y, z) -> x * y + z);
    check64("mul.lo.s64 %d, %x, %y;", (x, y, z) -> x * y);
    check64(
        "mul.hi.u64 %d, %x, %y;",
        (x, y, z) -> unsigned(x).multiply(unsigned(y)).shiftRight(64).longValue());
    check64(
        "mul.hi.s64 %d, %x, %y;",
        (x, y, z) ->
            BigInteger.valueOf(x).multiply(BigInteger.valueOf(y)).shiftRight(64).longValue());
    check64(
        "cvt.u32.u64 %r6, %x; cvt.u32.u64 %r7, %y; mul.wide.s32 %d, %r6, %r7;",
        (x, y, z) -> (long) (int) x * (int) y);
    check64(
        "cvt.u32.u64 %r6, %x; cvt.u32.u64 %r7, %y; mad.wide.u32 %d, %r6, %r7, %z;",
        (x, y, z) -> (x & 0xffffffffL) * (y & 0xffffffffL) + z);
  }

  private static BigInteger unsigned(long x) {
    return new BigInteger(Long.toUnsignedString(x));
  }

  @Test
  void quotientsTruncate() {
    String nonZero = "or.b32 %y, %y, 1; ";
    check32(nonZero + "div.s32 %d, %x, %y;", (x, y, z) -> x / (y | 1));
    check32(nonZero + "rem.s32 %d, %x, %y;", (x, y, z) -> x % (y | 1));
    check32(nonZero + "div.u32 %d, %x, %y;", (x, y, z) -> Integer.divideUnsigned(x, y | 1));
    check32(nonZero + "rem.u32 %d, %x, %y;", (x, y, z) -> Integer.remainderUnsigned(x, y | 1));
    check64("or.b64 %y, %y, 1; div.s64 %d, %x, %y;", (x, y, z) -> x / (y | 1));
    check64("or.b64 %y, %y, 1; rem.u64 %d, %x, %y;", (x, y, z) -> Long.remainderUnsigned(x, y | 1));
  }

  @Test
  void shiftsClampTheirAmount() {
    check32("shl.b32 %d, %x, %y;", (x, y, z) -> Integer.compareUnsigned(y, 31) > 0 ? 0 : x << y);
    check32("shr.u32 %d, %x, %y;", (x, y, z) -> Integer.compareUnsigned(y, 31) > 0 ? 0 : x >>> y);
    check32("shr.s32 %d, %x, %y;", (x, y, z) -> x >> (Integer.compareUnsigned(y, 31) > 0 ? 31 : y));
    check32("and.b32 %y, %y, 63; shr.s32 %d, %x, %y;", (x, y, z) -> x >> Math.min(31, y & 63));
    check64(
        "cvt.u32.u64 %r6, %y; and.b32 %r6, %r6, 127; shl.b64 %d, %x, %r6;",
        (x, y, z) -> (y & 127) > 63 ? 0 : x << (y & 127));
    check32(
        "shf.l.wrap.b32 %d, %x, %y, %z;",
        (x, y, z) -> (int) (((long) y << 32 | (x & 0xffffffffL)) << (z & 31) >>> 32));
    check32(
        "shf.r.clamp.b32 %d, %x, %y, %z;",
        (x, y, z) ->
            Integer.compareUnsigned(z, 32) >= 0
                ? y
                : (int) (((long) y << 32 | (x & 0xffffffffL)) >>> z));
  }

  @Test
  void bitFieldsFollowTheInstructionSetsDefinition() {
    check32(
        "and.b32 %y, %y, 255; and.b32 %z, %z, 255; bfe.u32 %d, %x, %y, %z;",
        (x, y, z) -> field(x, y & 255, z & 255, false));
    check32(
        "and.b32 %y, %y, 63; and.b32 %z, %z, 63; bfe.s32 %d, %x, %y, %z;",
        (x, y, z) -> field(x, y & 63, z & 63, true));
    check32(
        "mov.u32 %r6, 5; mov.u32 %r7, 9; bfi.b32 %d, %x, %y, %r6, %r7;",
        (x, y, z) -> (y & ~(511 << 5)) | (x & 511) << 5);
    check32("brev.b32 %d, %x;", (x, y, z) -> Integer.reverse(x));
    check32("clz.b32 %d, %x;", (x, y, z) -> Integer.numberOfLeadingZeros(x));
    check32("popc.b32 %d, %x;", (x, y, z) -> Integer.bitCount(x));
    check32("bfind.u32 %d, %x;", (x, y, z) -> 31 - Integer.numberOfLeadingZeros(x));
    check32(
        "bfind.shiftamt.s32 %d, %x;",
        (x, y, z) -> {
          int leading = Integer.numberOfLeadingZeros(x < 0 ? ~x : x);
          return leading == 32 ? -1 : leading;
        });
  }

  /** The pseudo code of bfe in the PTX ISA, bit by bit. */
  private static int field(int x, int position, int length, boolean signed) {
    int sign = !signed || length == 0 ? 0 : x >>> Math.min(position + length - 1, 31) & 1;
    int d = 0;
    for (int i = 0; i < 32; i++) {
      d |= (i < length && position + i < 32 ? x >>> (position + i) & 1 : sign) << i;
    }
    return d;
  }

  @Test
  void bytesPermuteAndLogicTablesApply() {
    check32("prmt.b32 %d, %x, %y, 0x5410;", (x, y, z) -> (x & 0xffff) | y << 16);
    check32(
        "prmt.b32 %d, %x, %y, 0x3b17;",
        (x, y, z) ->
            (y >>> 24 & 255)
                | (x >>> 8 & 255) << 8
                | (signOf(x, 3) & 255) << 16
                | (x >>> 24) << 24);
    check32("lop3.b32 %d, %x, %y, %z, 0xe8;", (x, y, z) -> (x & y) | (y & z) | (x & z));
    check32("lop3.b32 %d, %x, %y, %z, 0x96;", (x, y, z) -> x ^ y ^ z);
    check32("lop3.b32 %d, %x, %y, %z, 0xca;", (x, y, z) -> (x & y) | (~x & z));
  }

  private static int signOf(int x, int b) {
    return (byte) (x >> (8 * b)) >> 7;
  }

  @Test
  void comparisonsAndSelectionsRespectSigns() {
    check32("setp.lt.s32 %p2, %x, %y; selp.b32 %d, %x, %y, %p2;", (x, y, z) -> Math.min(x, y));
    check32(
        "setp.lt.u32 %p2, %x, %y; selp.b32 %d, %x, %y, %p2;",
        (x, y, z) -> Integer.compareUnsigned(x, y) < 0 ? x : y);
    check32("min.s32 %d, %x, %y;", (x, y, z) -> Math.min(x, y));
    check32("max.u32 %d, %x, %y;", (x, y, z) -> Integer.compareUnsigned(x, y) > 0 ? x : y);
    check32(
        "setp.eq.s32 %p3, %z, 0; setp.ge.and.s32 %p2|%q, %x, %y, !%p3; selp.b32 %d, 1, 0, %p2; @%q"
            + " add.s32 %d, %d, 2;",
        (x, y, z) -> (x >= y && z != 0 ? 1 : 0) + (x < y && z != 0 ? 2 : 0));
    check32("set.gt.u32.s32 %d, %x, %y;", (x, y, z) -> x > y ? -1 : 0);
    check32("slct.s32.s32 %d, %x, %y, %z;", (x, y, z) -> z >= 0 ? x : y);
    check32(
        "setp.gt.s32 %p2, %x, 0; setp.gt.s32 %p3, %y, 0; xor.pred %p4, %p2, %p3; not.pred %q, %p4;"
            + " selp.b32 %d, 1, 2, %q;",
        (x, y, z) -> x > 0 == y > 0 ? 1 : 2);
  }

  @Test
  void carriesChain() {
    check64(
        "mov.b64 {%r6, %r7}, %x; mov.b64 {%r1, %r2}, %y; add.cc.u32 %r6, %r6, %r1; addc.u32 %r7,"
            + " %r7, %r2; mov.b64 %d, {%r6, %r7};",
        (x, y, z) -> x + y);
    check64(
        "mov.b64 {%r6, %r7}, %x; mov.b64 {%r1, %r2}, %y; sub.cc.u32 %r6, %r6, %r1; subc.u32 %r7,"
            + " %r7, %r2; mov.b64 %d, {%r6, %r7};",
        (x, y, z) -> x - y);
  }

  @Test
  void dotProductOfBytesAccumulates() {
    check32(
        "dp4a.s32.u32 %d, %x, %y, %z;",
        (x, y, z) -> {
          int sum = z;
          for (int i = 0; i < 32; i += 8) {
            sum += (byte) (x >> i) * (y >> i & 255);
          }
          return sum;
        });
  }
}
