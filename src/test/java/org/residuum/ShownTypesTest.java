package org.residuum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.residuum.network.op.Op;

/**
 * What users are shown: few packages of few types, whose signatures mention no other type of ours.
 */
public class ShownTypesTest {
  private static final String SPARK = "org.residuum.spark";
  private static final Set<String> SHOWN =
      Set.of(
          "org.residuum",
          "org.residuum.network",
          "org.residuum.network.op",
          "org.residuum.backend",
          "org.residuum.data",
          "org.residuum.data.source",
          SPARK,
          "org.residuum.train",
          "org.residuum.format",
          "org.residuum.format.onnx",
          "org.residuum.format.pytorch",
          "org.residuum.format.safetensors");
  private static final int MOST = 89;

  private final JavaClasses classes =
      new ClassFileImporter()
          .importUrl(Op.class.getProtectionDomain().getCodeSource().getLocation());

  private List<JavaClass> shown() {
    return classes.stream()
        .filter(type -> SHOWN.contains(type.getPackageName()) && isPublic(type))
        .toList();
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ShownTypesTest::isPublic).orElse(true);
  }

  /** Nested types are not counted: they come with the one that they belong to. */
  @Test
  void usersAreShownFewTypes() {
    List<String> names =
        shown().stream()
            .filter(type -> type.getEnclosingClass().isEmpty())
            .map(JavaClass::getName)
            .sorted()
            .toList();
    assertTrue(names.size() > 30, "found " + names.size() + " types");
    assertTrue(names.size() <= MOST, () -> names.size() + " types: " + String.join("\n", names));
  }

  /** Of Spark's stages, which cannot be loaded here, a test beside them looks. */
  @Test
  void shownSignaturesMentionNothingInternal() {
    List<String> found =
        internal(
            shown().stream()
                .filter(type -> !type.getPackageName().equals(SPARK))
                .<Class<?>>map(JavaClass::reflect)
                .toList());
    assertEquals(List.of(), found.stream().sorted().toList());
  }

  /** Where a signature of some types mentions what users are not shown. */
  public static List<String> internal(List<Class<?>> types) {
    List<String> found = new ArrayList<>();
    for (Class<?> type : types) {
      for (Member member : members(type)) {
        if (isVisible(member)) {
          for (Class<?> mentioned : mentioned(member)) {
            if (mentioned.getName().startsWith("org.residuum.")
                && (!SHOWN.contains(mentioned.getPackageName())
                    || !Modifier.isPublic(mentioned.getModifiers()))) {
              found.add(
                  type.getName() + "." + member.getName() + " mentions " + mentioned.getName());
            }
          }
        }
      }
    }
    return found;
  }

  /** Of a class its bridge methods are left out, which javac adds and nobody types. */
  private static List<Member> members(Class<?> type) {
    return Stream.<Member>concat(
            Stream.concat(
                Stream.of(type.getDeclaredMethods()), Stream.of(type.getDeclaredFields())),
            Stream.of(type.getDeclaredConstructors()))
        .filter(member -> !member.isSynthetic())
        .toList();
  }

  private static boolean isVisible(Member member) {
    return Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
  }

  private static Set<Class<?>> mentioned(Member member) {
    List<Type> types = new ArrayList<>();
    if (member instanceof Method method) {
      types.add(method.getGenericReturnType());
      types.addAll(List.of(method.getGenericParameterTypes()));
      types.addAll(List.of(method.getGenericExceptionTypes()));
    } else if (member instanceof Constructor<?> constructor) {
      types.addAll(List.of(constructor.getGenericParameterTypes()));
    } else if (member instanceof Field field) {
      types.add(field.getGenericType());
    }
    Set<Class<?>> mentioned = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
    types.forEach(type -> collect(type, mentioned));
    return mentioned;
  }

  private static void collect(Type type, Set<Class<?>> mentioned) {
    if (type instanceof Class<?> plain) {
      mentioned.add(plain.isArray() ? plain.getComponentType() : plain);
    } else if (type instanceof ParameterizedType generic) {
      collect(generic.getRawType(), mentioned);
      Stream.of(generic.getActualTypeArguments()).forEach(given -> collect(given, mentioned));
    } else if (type instanceof GenericArrayType array) {
      collect(array.getGenericComponentType(), mentioned);
    } else if (type instanceof WildcardType wildcard) {
      Stream.of(wildcard.getUpperBounds()).forEach(bound -> collect(bound, mentioned));
      Stream.of(wildcard.getLowerBounds()).forEach(bound -> collect(bound, mentioned));
    }
  }

  @Test
  void otherPackagesSayThatTheyAreInternal() throws IOException {
    List<String> silent = new ArrayList<>();
    Set<String> packages = new TreeSet<>();
    classes.forEach(type -> packages.add(type.getPackageName()));
    for (String name : packages) {
      Path info = Path.of("src/main/java", name.replace('.', '/'), "package-info.java");
      boolean says = Files.exists(info) && Files.readString(info).contains("Internal: ");
      if (says == SHOWN.contains(name)) {
        silent.add(name + (says ? " is shown" : " is not shown") + "; see its package-info");
      }
    }
    assertEquals(List.of(), silent);
  }
}
