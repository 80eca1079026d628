import Foundation
import JSON
import TestKit
import Testing

/// The files of the public JSONTestSuite: `y_` must be accepted, `n_` refused, `i_` is ours to decide.
///
/// They are looked for below the folder that FLEDX_TEST_DATA names; without it the suite is skipped, except in CI.
@Suite struct SuiteFilesTests {
    @Test func theSuiteIsComplete() throws {
        guard SuiteFiles.folder() != nil else { return }
        #expect(try SuiteFiles.files("y_").count >= 90)
        #expect(try SuiteFiles.files("n_").count >= 180)
        #expect(try SuiteFiles.files("i_").count >= 30)
    }

    @Test func everyAcceptedFileIsAccepted() throws {
        for (name, bytes) in try SuiteFiles.files("y_") {
            #expect(Samples.refusal(bytes)?.code == SuiteFiles.deliberatelyRefused[name], "\(name)")
            #expect(Samples.readerRefusal(bytes)?.code == SuiteFiles.deliberatelyRefused[name], "\(name)")
        }
    }

    @Test func everyRefusedFileIsRefused() throws {
        for (name, bytes) in try SuiteFiles.files("n_") {
            let refusal = try #require(Samples.refusal(bytes), "\(name)")
            #expect(Samples.readerRefusal(bytes)?.code == refusal.code, "\(name)")
        }
    }

    @Test func everyOpenFileIsDecidedAsTheTableSays() throws {
        for (name, bytes) in try SuiteFiles.files("i_") {
            let decision = try #require(SuiteFiles.decisions[name], "\(name)")
            #expect(Samples.refusal(bytes)?.code == decision, "\(name)")
            #expect(Samples.readerRefusal(bytes)?.code == decision, "\(name)")
        }
    }
}

private enum SuiteFiles {
    /// The suite's folder; without it the calling test counts as skipped.
    static func folder() -> String? {
        guard let data = TestEnvironment.dataFolder,
            FileManager.default.fileExists(atPath: data + "/json-test-suite")
        else {
            TestEnvironment.skip("FLEDX_TEST_DATA has no json-test-suite")
            return nil
        }
        return data + "/json-test-suite"
    }

    /// The files of one kind with their bytes.
    static func files(_ prefix: String) throws -> [(name: String, bytes: [UInt8])] {
        guard let folder = folder() else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        return try names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }.map { name in
            (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))))
        }
    }

    /// RFC 8259 lets a reader refuse these: names within an object should be unique.
    static let deliberatelyRefused: [String: JSONError.Code] = [
        "y_object_duplicated_key.json": .duplicateKey,
        "y_object_duplicated_key_and_value.json": .duplicateKey,
    ]

    /// What we do where the grammar leaves it open; nil means accepted.
    static let decisions: [String: JSONError.Code?] = [
        "i_number_double_huge_neg_exp.json": nil,
        "i_number_huge_exp.json": .numberRange,
        "i_number_neg_int_huge_exp.json": .numberRange,
        "i_number_pos_double_huge_exp.json": .numberRange,
        "i_number_real_neg_overflow.json": .numberRange,
        "i_number_real_pos_overflow.json": .numberRange,
        "i_number_real_underflow.json": nil,
        "i_number_too_big_neg_int.json": nil,
        "i_number_too_big_pos_int.json": nil,
        "i_number_very_big_negative_int.json": nil,
        "i_object_key_lone_2nd_surrogate.json": .invalidEscape,
        "i_string_1st_surrogate_but_2nd_missing.json": .invalidEscape,
        "i_string_1st_valid_surrogate_2nd_invalid.json": .invalidEscape,
        "i_string_UTF-16LE_with_BOM.json": .syntax,
        "i_string_UTF-8_invalid_sequence.json": .invalidUTF8,
        "i_string_UTF8_surrogate_U+D800.json": .invalidUTF8,
        "i_string_incomplete_surrogate_and_escape_valid.json": .invalidEscape,
        "i_string_incomplete_surrogate_pair.json": .invalidEscape,
        "i_string_incomplete_surrogates_escape_valid.json": .invalidEscape,
        "i_string_invalid_lonely_surrogate.json": .invalidEscape,
        "i_string_invalid_surrogate.json": .invalidEscape,
        "i_string_invalid_utf-8.json": .invalidUTF8,
        "i_string_inverted_surrogates_U+1D11E.json": .invalidEscape,
        "i_string_iso_latin_1.json": .invalidUTF8,
        "i_string_lone_second_surrogate.json": .invalidEscape,
        "i_string_lone_utf8_continuation_byte.json": .invalidUTF8,
        "i_string_not_in_unicode_range.json": .invalidUTF8,
        "i_string_overlong_sequence_2_bytes.json": .invalidUTF8,
        "i_string_overlong_sequence_6_bytes.json": .invalidUTF8,
        "i_string_overlong_sequence_6_bytes_null.json": .invalidUTF8,
        "i_string_truncated-utf-8.json": .invalidUTF8,
        "i_string_utf16BE_no_BOM.json": .syntax,
        "i_string_utf16LE_no_BOM.json": .syntax,
        "i_structure_500_nested_arrays.json": .depth,
        "i_structure_UTF-8_BOM_empty_object.json": .syntax,
    ]
}
