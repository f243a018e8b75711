//! What the README promises to somebody who has just found Duka: the commands to type.

/// The section that has them.
const SECTION: &str = "## Try it";

/// The commands of the first shell block of that section, without their remarks, in their order.
pub fn commands(readme: &str) -> Vec<String> {
    let section = readme.lines().skip_while(|line| *line != SECTION).skip(1).take_while(|line| !line.starts_with("## "));
    let block = section.skip_while(|line| *line != "```sh").skip(1).take_while(|line| *line != "```");
    block.map(|line| line.split('#').next().unwrap_or_default().trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_two_commands_to_try_duka_a_demo_and_the_tests() {
        let readme = include_str!("../../../README.md");
        assert_eq!(commands(readme), ["cargo xtask demo", "cargo xtask test"]);
    }

    #[test]
    fn only_the_first_block_of_the_section_counts_and_remarks_do_not() {
        let readme = "# Duka\n```sh\nno\n```\n## Try it\ntext\n```sh\none --flag   # why\n\n# alone\ntwo\n```\n```sh\nno\n```\n## Next\n```sh\nno\n```\n";
        assert_eq!(commands(readme), ["one --flag", "two"]);
        assert!(commands("## Try it\n## Next\n```sh\nno\n```\n").is_empty());
    }
}
