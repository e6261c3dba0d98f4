//! A balance over time as a step line with its floor, drawn on the server.

use super::renders_itself;
use askama::Template;

/// A step line. Its table twin stands on the same page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/step_line.html")]
pub struct StepLine {
    /// "2.0".
    pub figure: String,
    /// "fine, floor is 1".
    pub words: String,
    /// The finding, read aloud.
    pub finding: String,
    /// (share of the time, `0..=1000`; balance in tenths), oldest first.
    pub steps: Vec<(i64, i64)>,
    /// The floor, in tenths.
    pub floor: i64,
    /// The highest balance drawn, in tenths.
    pub ceiling: i64,
}

/// Height of the drawing.
const HEIGHT: i64 = 136;
/// Width of the drawing.
const WIDTH: i64 = 480;

impl StepLine {
    fn y(&self, tenths: i64) -> i64 {
        let ceiling = self.ceiling.max(10);
        HEIGHT - tenths.clamp(0, ceiling) * (HEIGHT - 4) / ceiling
    }

    fn floor_y(&self) -> i64 {
        self.y(self.floor)
    }

    fn corners(&self) -> Vec<(i64, i64)> {
        let mut corners: Vec<(i64, i64)> = Vec::new();
        for &(share, balance) in &self.steps {
            let x = share.clamp(0, 1000) * WIDTH / 1000;
            if let Some(&(_, last)) = corners.last() {
                corners.push((x, last));
            }
            corners.push((x, self.y(balance)));
        }
        if let Some(&(_, last)) = corners.last() {
            corners.push((WIDTH, last));
        }
        corners
    }

    fn line(&self) -> String {
        written(&self.corners())
    }

    fn area(&self) -> String {
        let mut corners = self.corners();
        if let Some(&(first, _)) = corners.first() {
            corners.insert(0, (first, HEIGHT));
            corners.push((WIDTH, HEIGHT));
        }
        written(&corners)
    }
}

fn written(corners: &[(i64, i64)]) -> String {
    corners.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ")
}

renders_itself!(StepLine);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_is_drawn_as_steps() {
        let line = StepLine {
            steps: vec![(0, 20), (500, 40)],
            ceiling: 40,
            floor: 10,
            ..StepLine::default()
        };
        assert_eq!(line.line(), "0,70 240,70 240,4 480,4");
        assert_eq!(line.floor_y(), 103);
        assert_eq!(StepLine::default().line(), "");
    }
}
